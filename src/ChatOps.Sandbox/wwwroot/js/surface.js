// Where blocks live (a message, a modal view, the app's home) and what happens when someone acts there.

import { api } from './api.js';
import { Values } from './values.js';
import { confirmWords } from './elements.js';
import { ask } from './dialog.js';
import { errorText } from './texts.js';

export class Surface {
  #busy = new Set();

  /** `container`: as the page API takes it; `ctx`: who reads; `failed(text)`: shows that an act did not work. */
  constructor({ container, ctx, failed }) {
    this.container = container;
    this.ctx = ctx;
    this.failed = failed;
    this.values = new Values();
  }

  /** Someone pressed or chose: asks for confirmation where the element wants it, sends it, shows progress on the control. */
  async act(block, item, action, control) {
    const key = JSON.stringify([block.block_id, item.action_id]);
    if (this.#busy.has(key)) return;
    this.#busy.add(key);
    try {
      if (item.confirm && !await ask(confirmWords(item.confirm, this.ctx))) return;
      mark(control, true);
      this.failed(null);
      const state = this.values.toState();
      const answer = await api.action({
        user: this.ctx.me, container: this.container, block_id: block.block_id, action_id: item.action_id, action,
        ...(Object.keys(state.values).length > 0 ? { state } : {}),
      });
      if (!answer.ok) this.failed(errorText(answer.error));
    } finally {
      this.#busy.delete(key);
      mark(control, false);
    }
  }

  /** Options of an external select. */
  async options(blockId, actionId, value) {
    const answer = await api.options({ user: this.ctx.me, container: this.container, block_id: blockId, action_id: actionId, value });
    return answer.ok ? answer : { options: [], error: errorText(answer.error) };
  }
}

function mark(control, busy) {
  if (!control) return;
  control.classList.toggle('is-busy', busy);
  if (busy) control.setAttribute('aria-busy', 'true');
  else control.removeAttribute('aria-busy');
}
