// The thread pane: a parent message and its replies.

import { h, icon, toast } from './dom.js';
import { api } from './api.js';
import { Conversation } from './conversation.js';
import { composer } from './composer.js';
import { t, errorText } from './texts.js';

export class Thread {
  #conversation = null;
  #opener = null;

  constructor({ send, commands, closed }) {
    Object.assign(this, { send, commands, closed, ts: null, channel: null });
    this.element = h('aside', { class: 'thread', 'data-testid': 'thread', hidden: true, tabindex: '-1' });
  }

  become(ctx) {
    this.ctx = ctx;
    this.#conversation?.close();
    this.#conversation = null;
    this.ts = null;
    this.element.hidden = true;
  }

  async open({ channel, ts, parent }) {
    this.#conversation?.close();
    this.#opener = document.activeElement?.closest('.message')?.dataset.ts ?? null;
    Object.assign(this, { channel, ts });
    const shown = this.#conversation = new Conversation({ ctx: this.ctx, channel, label: t('thread'), parentTs: ts });
    if (parent) shown.put({ ...parent, reply_count: 0 });
    const name = this.ctx.channel(channel)?.name ?? '';
    const box = composer({ label: t('composerThread'), testId: 'thread-composer', commands: this.commands, send: text => this.send(text, ts) });
    this.element.setAttribute('aria-label', t('thread'));
    this.element.replaceChildren(
      h('header', { class: 'thread-head' }, h('h2', { class: 'main-title' }, t('thread'), h('span', { class: 'thread-channel' }, ` #${name}`)),
        h('button', { type: 'button', class: 'icon-button', 'aria-label': t('closeThread'), 'data-testid': 'thread-close', on: { click: () => this.close() } }, icon('close'))),
      shown.element, box);
    this.element.hidden = false;
    box.focusBox();
    const answer = await shown.load(() => api.replies(channel, ts, this.ctx.me));
    if (!answer.ok) toast(errorText(answer.error), 'error');
  }

  /** Closes the pane; whether it was open. */
  close() {
    if (this.ts === null) return false;
    const hadFocus = this.element.contains(document.activeElement);
    const opener = this.#opener;
    this.become(this.ctx);
    this.closed();
    if (hadFocus && opener) document.querySelector(`.main .message[data-ts="${CSS.escape(opener)}"] [data-testid="thread-summary"], .main .message[data-ts="${CSS.escape(opener)}"] [data-testid="reply"]`)?.focus();
    return true;
  }

  arrived(channel, message) {
    if (channel === this.channel && message.thread_ts === this.ts) this.#conversation?.put(message);
  }

  parentChanged(channel, message) {
    if (channel === this.channel && message.ts === this.ts) this.#conversation?.put({ ...message, reply_count: 0 });
  }

  removed(channel, ts) {
    if (channel !== this.channel) return;
    if (ts === this.ts) this.close();
    else this.#conversation?.remove(ts);
  }
}
