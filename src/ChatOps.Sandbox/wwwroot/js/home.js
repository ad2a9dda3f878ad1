// The app's home tab.

import { h } from './dom.js';
import { blocks } from './blocks.js';
import { Surface } from './surface.js';
import { t } from './texts.js';

export class Home {
  #surface = null;

  constructor({ ctx }) {
    this.ctx = ctx;
    this.failure = h('div', { class: 'act-error', role: 'alert', hidden: true });
    this.body = h('div', { class: 'home-body' });
    this.element = h('div', { class: 'conversation home', 'data-testid': 'home', tabindex: '0', role: 'region', 'aria-label': t('home') }, this.failure, this.body);
    this.show(null);
  }

  show(view) {
    if (!view) { this.body.replaceChildren(h('p', { class: 'empty' }, t('noHome'))); return; }
    if (this.#surface?.container.view_id !== view.id) {
      this.#surface = new Surface({
        ctx: this.ctx, container: { type: 'view', view_id: view.id },
        failed: text => { this.failure.hidden = text === null; this.failure.textContent = text ?? ''; },
      });
    }
    this.body.replaceChildren(...blocks(view.blocks, this.#surface));
  }
}
