// A list of messages in order of time, changed in place as events arrive: a channel, or a thread.

import { h, icon } from './dom.js';
import { MessageView } from './message.js';
import { dayKey, dayLabel, fromTs } from './dates.js';
import { t } from './texts.js';

const byTs = (a, b) => Number(a.ts) - Number(b.ts);

export class Conversation {
  #messages = new Map();
  #drawn = new Map();
  #pinned = true;
  #changedWhileLoading = null;

  /** `label` names the list; `parentTs` is set for a thread; `empty()` draws what stands in an empty list. */
  constructor({ ctx, channel, label, parentTs = null, openThread = null, empty = null }) {
    Object.assign(this, { ctx, channel, parentTs, empty });
    this.view = new MessageView({ ctx, channel, openThread, dismiss: message => this.remove(message.ts) });
    this.list = h('div', { class: 'messages', role: 'log', tabindex: '0', 'aria-label': label, 'data-testid': parentTs ? 'thread-messages' : 'messages', on: { scroll: () => this.#scrolled() } });
    this.list.addEventListener('load', () => this.#stay(), true);
    this.newer = h('button', { type: 'button', class: 'newer', hidden: true, on: { click: () => this.toEnd() } }, icon('down'), t('newMessages'));
    this.element = h('div', { class: 'conversation' }, this.list, this.newer);
    this.resized = new ResizeObserver(() => this.#stay());
    this.resized.observe(this.list);
  }

  /** Loads through `load()` -> `{messages}`; what arrives by event meanwhile is newer than the answer and wins. */
  async load(load) {
    this.#changedWhileLoading = new Set();
    const answer = await load();
    const changed = this.#changedWhileLoading;
    this.#changedWhileLoading = null;
    if (!answer.ok) return answer;
    const kept = [...this.#messages.values()].filter(message => changed.has(message.ts) || message.is_local);
    this.#messages = new Map((answer.messages ?? []).filter(message => !changed.has(message.ts)).map(message => [message.ts, message]));
    for (const message of kept) this.#messages.set(message.ts, message);
    this.#layout();
    return answer;
  }

  get(ts) { return this.#messages.get(ts); }

  /** Adds a message, or puts a newer version in its place. */
  put(message) {
    const known = this.#messages.has(message.ts);
    this.#changedWhileLoading?.add(message.ts);
    // An event may carry the message without its thread summary.
    const old = this.#messages.get(message.ts);
    this.#messages.set(message.ts, old && message.reply_count === undefined ? { ...message, reply_count: old.reply_count, latest_reply: old.latest_reply } : message);
    this.#drawn.delete(message.ts);
    const stay = this.#pinned;
    this.#layout();
    if (!known && !stay) this.newer.hidden = false;
  }

  remove(ts) {
    this.#changedWhileLoading?.add(ts);
    this.#messages.delete(ts);
    this.#layout();
  }

  /** A reply came to the thread of `ts`: counts it unless the parent already did. */
  replied(ts, replyTs) {
    const parent = this.#messages.get(ts);
    if (!parent || Number(parent.latest_reply ?? 0) >= Number(replyTs)) return;
    this.put({ ...parent, reply_count: (parent.reply_count ?? 0) + 1, latest_reply: replyTs });
  }

  toEnd() {
    this.#pinned = true;
    this.#stay();
  }

  close() { this.resized.disconnect(); }

  #scrolled() {
    this.#pinned = this.list.scrollHeight - this.list.scrollTop - this.list.clientHeight < 60;
    if (this.#pinned) this.newer.hidden = true;
  }

  #stay() {
    if (!this.#pinned) return;
    this.list.scrollTop = this.list.scrollHeight;
    this.newer.hidden = true;
  }

  #layout() {
    const focus = this.#focused();
    const { zone } = this.ctx;
    const wanted = [];
    const drawn = new Map();
    let day = null;
    let previous = null;
    for (const message of [...this.#messages.values()].sort(byTs)) {
      const date = fromTs(message.ts);
      if (!this.parentTs && dayKey(date, zone) !== day) {
        day = dayKey(date, zone);
        previous = null;
        wanted.push(this.#keep(drawn, `day ${day}`, '', () => h('div', { class: 'day', role: 'separator' }, h('span', {}, dayLabel(date, zone)))));
      }
      const compact = follows(previous, message) && message.ts !== this.parentTs && previous?.ts !== this.parentTs;
      wanted.push(this.#keep(drawn, message.ts, compact, () => this.view.draw(message, { compact })));
      if (message.ts === this.parentTs && this.#messages.size > 1) {
        const count = this.#messages.size - 1;
        wanted.push(this.#keep(drawn, 'replies', count, () => h('div', { class: 'day day-replies', role: 'separator' }, h('span', {}, t('replies', count)))));
      }
      previous = message;
    }
    if (wanted.length === 0 && this.empty) wanted.push(this.#keep(drawn, 'empty', '', this.empty));
    this.#drawn = drawn;
    const stays = new Set(wanted);
    for (const child of [...this.list.children]) if (!stays.has(child)) child.remove();
    wanted.forEach((node, index) => { if (this.list.children[index] !== node) this.list.insertBefore(node, this.list.children[index] ?? null); });
    this.#stay();
    this.#refocus(focus);
  }

  /** The node drawn before for `key` in the same `variant`, or a new one. */
  #keep(drawn, key, variant, draw) {
    const old = this.#drawn.get(key);
    const entry = old?.variant === variant ? old : { variant, node: draw() };
    drawn.set(key, entry);
    return entry.node;
  }

  /** Where the keyboard is, in words that survive a redraw. */
  #focused() {
    const message = document.activeElement?.closest('.message');
    if (!message || !this.list.contains(message)) return null;
    return { node: document.activeElement, ts: message.dataset.ts, action: document.activeElement.dataset.actionId, test: document.activeElement.dataset.testid };
  }

  #refocus(focus) {
    if (!focus || focus.node.isConnected) return;
    const message = this.list.querySelector(`[data-ts="${CSS.escape(focus.ts)}"]`);
    const same = focus.action ? message?.querySelector(`[data-action-id="${CSS.escape(focus.action)}"]`)
      : focus.test ? message?.querySelector(`[data-testid="${CSS.escape(focus.test)}"]`) : null;
    (same ?? message ?? this.list).focus({ preventScroll: true });
  }
}

/** Whether a message continues its author's last one closely enough to leave out the head. Those of apps stand alone. */
const follows = (previous, message) => Boolean(previous && !message.bot_id && !previous.bot_id && !message.is_ephemeral && !previous.is_ephemeral
  && previous.user === message.user && !(previous.reply_count > 0) && Number(message.ts) - Number(previous.ts) < 300);
