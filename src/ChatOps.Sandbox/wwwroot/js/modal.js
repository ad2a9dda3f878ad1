// The stack of modal views. Only the top one shows; the browser's own dialog keeps the focus inside.

import { h, icon } from './dom.js';
import { api } from './api.js';
import { blocks } from './blocks.js';
import { plainText } from './mrkdwn.js';
import { Surface } from './surface.js';
import { validate } from './validation.js';
import { t, errorText } from './texts.js';

export class Modal {
  #stack = [];
  #surfaces = new Map();
  #errors = new Map();
  #version = 0;
  #working = false;
  #shown = null;
  #opener = null;

  constructor({ ctx }) {
    this.ctx = ctx;
    this.banner = h('div', { class: 'modal-banner', role: 'alert', hidden: true });
    this.dialog = h('dialog', {
      class: 'dialog modal', 'data-testid': 'modal', 'aria-labelledby': 'modal-title',
      on: {
        cancel: event => { event.preventDefault(); this.#close(); },
        // Browsers close on a second Escape whatever we say: then the view is closed for the bot as well.
        close: () => { if (this.#stack.length > 0 && !this.#working) this.#close(true); },
      },
    });
    document.body.append(this.dialog);
  }

  destroy() { this.#stack = []; this.dialog.remove(); }

  get isOpen() { return this.#stack.length > 0; }

  /** Asks the sandbox for the stack; an event that comes first brings a newer one and wins. Resolves to the answer. */
  async refresh() {
    const version = this.#version;
    const answer = await api.views(this.ctx.me);
    if (answer.ok && version === this.#version) this.show(answer.stack ?? []);
    return answer;
  }

  /** Shows a stack of views, bottom first. */
  show(stack) {
    this.#version++;
    const before = this.#stack.at(-1);
    const isSame = before !== undefined && this.#stack.length === stack.length && JSON.stringify(before) === JSON.stringify(stack.at(-1));
    this.#stack = stack;
    // The event and the answer to a question often bring the same.
    if (isSame) return;
    const ids = new Set(stack.map(view => view.id));
    for (const id of [...this.#surfaces.keys()]) if (!ids.has(id)) { this.#surfaces.delete(id); this.#errors.delete(id); }
    const top = stack.at(-1);
    if (!top) {
      this.#working = false;
      this.#shown = null;
      if (this.dialog.open) this.dialog.close();
      this.dialog.replaceChildren();
      if (this.#opener?.isConnected) this.#opener.focus();
      this.#opener = null;
      return;
    }
    if (!this.dialog.open) this.#opener = document.activeElement === document.body ? null : document.activeElement;
    if (top.errors) this.#errors.set(top.id, top.errors);
    else if (before?.id === top.id && before.hash !== top.hash) this.#errors.delete(top.id);
    this.#draw(top);
  }

  #surface(view) {
    if (!this.#surfaces.has(view.id)) {
      this.#surfaces.set(view.id, Object.assign(new Surface({
        ctx: this.ctx, container: { type: 'view', view_id: view.id }, failed: text => this.#say(text),
      }), { touched: blockId => this.#forgive(view, blockId) }));
    }
    return this.#surfaces.get(view.id);
  }

  #draw(view) {
    const surface = this.#surface(view);
    const same = this.#shown === view.id;
    const focus = same ? { action: document.activeElement?.dataset.actionId, block: document.activeElement?.dataset.blockId, test: document.activeElement?.dataset.testid } : null;
    const scroll = same ? this.dialog.querySelector('.modal-body')?.scrollTop : 0;
    const errors = this.#errors.get(view.id) ?? {};
    const title = plainText(view.title);
    if (!same) this.banner.hidden = true;
    const body = h('div', { class: 'modal-body', tabindex: '0', role: 'group', 'aria-labelledby': 'modal-title' }, blocks(view.blocks, surface, errors));
    this.dialog.dataset.viewId = view.id;
    this.dialog.dataset.callbackId = view.callback_id ?? '';
    this.dialog.setAttribute('aria-busy', String(this.#working));
    this.dialog.replaceChildren(h('form', { class: 'modal-form', novalidate: true, method: 'dialog', on: { submit: event => { event.preventDefault(); this.#submit(); } } },
      h('div', { class: 'modal-head' },
        this.#stack.length > 1 ? h('button', { type: 'button', class: 'icon-button', 'aria-label': t('back'), 'data-testid': 'modal-back', on: { click: () => this.#close() } }, icon('back')) : null,
        h('h2', { class: 'dialog-title', id: 'modal-title' }, title),
        h('button', { type: 'button', class: 'icon-button', 'aria-label': this.#stack.length > 1 ? t('closeAll') : t('close'), 'data-testid': 'modal-dismiss', on: { click: () => this.#close(this.#stack.length > 1) } }, icon('close'))),
      this.banner,
      body,
      h('div', { class: 'dialog-foot' },
        h('button', { type: 'button', class: 'btn', 'data-testid': 'modal-close', on: { click: () => this.#close(view.clear_on_close) } }, view.close ? plainText(view.close) : view.submit ? t('cancel') : t('close')),
        view.submit ? h('button', { type: 'submit', class: 'btn btn-primary', 'data-testid': 'modal-submit', 'aria-disabled': this.#working ? 'true' : null, disabled: view.submit_disabled },
          this.#working ? [h('span', { class: 'spinner', 'aria-hidden': 'true' }), t('working')] : plainText(view.submit)) : null)));
    if (!this.dialog.open) this.dialog.showModal();
    this.#shown = view.id;
    if (scroll) body.scrollTop = scroll;
    const target = (focus?.action && body.querySelector(`[data-action-id="${CSS.escape(focus.action)}"][data-block-id="${CSS.escape(focus.block ?? '')}"]`))
      || (focus?.test && this.dialog.querySelector(`[data-testid="${CSS.escape(focus.test)}"]`))
      || (!same && (body.querySelector('[autofocus]') ?? body.querySelector('.block-input input:not([type=hidden]),.block-input textarea')))
      || null;
    if (target) target.focus({ preventScroll: same });
    else if (!this.dialog.contains(document.activeElement) || document.activeElement === this.dialog) body.focus({ preventScroll: true });
  }

  #say(text) {
    this.banner.hidden = !text;
    this.banner.textContent = text ?? '';
  }

  /** What was wrong is being changed: its error goes. */
  #forgive(view, blockId) {
    const errors = this.#errors.get(view.id);
    if (!errors?.[blockId]) return;
    delete errors[blockId];
    const block = this.dialog.querySelector(`.block[data-block-id="${CSS.escape(blockId)}"]`);
    block?.classList.remove('has-error');
    block?.querySelector('.field-error')?.remove();
    block?.querySelector('[aria-invalid]')?.removeAttribute('aria-invalid');
  }

  #refuse(view, errors) {
    this.#errors.set(view.id, errors);
    this.#draw(view);
    const first = this.dialog.querySelector('.has-error [aria-invalid], .has-error input, .has-error textarea');
    first?.focus();
    first?.closest('.block')?.scrollIntoView({ block: 'nearest' });
  }

  async #submit() {
    const view = this.#stack.at(-1);
    if (!view?.submit || this.#working) return;
    const surface = this.#surface(view);
    const errors = validate(view.blocks, surface.values);
    if (Object.keys(errors).length > 0) { this.#refuse(view, errors); return; }
    this.#errors.delete(view.id);
    this.#working = true;
    this.#say(null);
    this.#draw(view);
    const answer = await api.submit({ user: this.ctx.me, view_id: view.id, state: surface.values.toState() });
    this.#working = false;
    const top = this.#stack.at(-1);
    if (answer.errors && Object.keys(answer.errors).length > 0 && top?.id === view.id) {
      this.#refuse(top, answer.errors);
      // An error for a block that is not there would otherwise be lost.
      const lost = Object.entries(answer.errors).filter(([blockId]) => !top.blocks.some(block => block.block_id === blockId));
      this.#say(lost.map(([, text]) => text).join(' ') || null);
      return;
    }
    if (!answer.ok) {
      if (top) this.#draw(top);
      this.#say(errorText(answer.error));
      return;
    }
    if (top) this.#draw(top);
    await this.refresh();
  }

  async #close(all = false) {
    const view = this.#stack.at(-1);
    if (!view || this.#working) return;
    this.show(all ? [] : this.#stack.slice(0, -1));
    await api.close({ user: this.ctx.me, view_id: view.id, ...(all ? { all: true } : {}) });
    await this.refresh();
  }
}
