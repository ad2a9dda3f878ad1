// Channel list, AWS panel and thread: columns on a wide window, drawers and a full-screen pane on a narrow one.

import { h } from './dom.js';

const narrow = matchMedia('(max-width: 760px)');
const medium = matchMedia('(max-width: 1180px)');
const kept = 'chatops-panel';

export class Drawers {
  #open = null;
  #opener = null;

  constructor(root, { sidebar, panel, main, thread }) {
    Object.assign(this, { root, parts: { sidebar, panel }, others: { main, thread } });
    this.shade = h('div', { class: 'shade', on: { click: () => this.uncover() } });
    root.classList.toggle('panel-off', localStorage.getItem(kept) === 'off');
    const settle = () => { this.#open = null; this.#apply(); };
    narrow.addEventListener('change', settle);
    medium.addEventListener('change', settle);
    this.#apply();
  }

  /** Whether a drawer covers the messages. */
  get isCovering() { return this.#open !== null; }

  /** Opens or closes `sidebar` or `panel` (toggles when `on` is left out). */
  toggle(name, on) {
    const isDrawer = name === 'sidebar' ? narrow.matches : medium.matches;
    if (!isDrawer) {
      if (name !== 'panel') return;
      const off = !(on ?? this.root.classList.contains('panel-off'));
      this.root.classList.toggle('panel-off', off);
      localStorage.setItem(kept, off ? 'off' : 'on');
      if (!off) this.parts.panel.querySelector('button')?.focus();
      return;
    }
    const wanted = on ?? this.#open !== name;
    if (!wanted && this.#open !== name) return;
    if (wanted) this.#opener = document.activeElement;
    this.#open = wanted ? name : null;
    this.#apply();
    if (wanted) (this.parts[name].querySelector('[aria-current]') ?? this.parts[name].querySelector('button'))?.focus();
    else if (this.#opener?.isConnected) this.#opener.focus();
  }

  /** Closes whatever drawer covers the messages; whether one did. */
  uncover() {
    if (this.#open === null) return false;
    this.toggle(this.#open, false);
    return true;
  }

  /** The thread pane opened or closed. */
  thread(open) {
    this.root.classList.toggle('has-thread', open);
    this.#apply();
  }

  #apply() {
    for (const [name, part] of Object.entries(this.parts)) {
      const isDrawer = name === 'sidebar' ? narrow.matches : medium.matches;
      part.classList.toggle('is-open', this.#open === name);
      part.inert = isDrawer && this.#open !== name;
    }
    // What a drawer or the full-screen thread covers must not take the keyboard.
    const covered = this.#open !== null;
    this.others.thread.inert = covered;
    this.others.main.inert = covered || (narrow.matches && this.root.classList.contains('has-thread'));
    this.shade.hidden = !covered;
  }
}
