// The left side: workspace, whom one acts as, channels.

import { h, icon } from './dom.js';
import { avatar } from './avatar.js';
import { t } from './texts.js';

/** `choose(id)` opens a channel (`home` for the app's home), `become(id)` acts as someone else, `close()` closes the drawer. */
export class Sidebar {
  constructor({ choose, become, close }) {
    Object.assign(this, { choose, become });
    this.element = h('nav', { class: 'sidebar', id: 'sidebar', on: { keydown: event => this.#arrows(event) } });
    this.close = close;
  }

  /** Draws it anew. `current` is the channel open, `unread` a Map from channel to count. */
  draw({ workspace, ctx, current, unread }) {
    const focused = this.element.contains(document.activeElement) ? document.activeElement.dataset.testid : null;
    const me = ctx.user(ctx.me);
    const people = workspace.users.filter(user => !user.is_bot);
    const rooms = workspace.channels.filter(channel => !channel.is_im);
    const direct = workspace.channels.filter(channel => channel.is_im);
    const item = (id, name, sign, testId) => {
      const count = unread.get(id) ?? 0;
      return h('li', {}, h('button', {
        type: 'button', class: `channel${count > 0 ? ' channel-unread' : ''}`, 'aria-current': current === id ? 'page' : null, tabindex: current === id ? '0' : '-1',
        'data-testid': testId, on: { click: () => this.choose(id) },
      }, icon(sign), h('span', { class: 'channel-name' }, name), count > 0 ? [h('span', { class: 'badge', 'aria-hidden': 'true' }, count > 99 ? '99+' : String(count)), h('span', { class: 'visually-hidden' }, t('unread', { n: count }))] : null));
    };
    this.element.setAttribute('aria-label', t('channels'));
    this.element.replaceChildren(
      h('div', { class: 'sidebar-head' },
        h('h1', { class: 'team' }, workspace.team?.name ?? workspace.team ?? 'ChatOps'),
        h('button', { type: 'button', class: 'icon-button drawer-close', 'aria-label': t('closeChannels'), on: { click: this.close } }, icon('close'))),
      h('div', { class: 'person' }, avatar({ id: ctx.me, name: me?.name ?? ctx.me }),
        h('label', { class: 'person-label', for: 'person' }, t('actAs')),
        h('select', { id: 'person', class: 'person-select', 'data-testid': 'person', on: { change: event => this.become(event.target.value) } },
          people.map(user => h('option', { value: user.id, selected: user.id === ctx.me }, personLabel(user))))),
      h('div', { class: 'channel-groups' },
        h('h2', { class: 'channel-group' }, t('channels')),
        h('ul', {}, rooms.map(channel => item(channel.id, channel.name, 'hash', `channel-${channel.name}`))),
        direct.length > 0 ? [h('h2', { class: 'channel-group' }, t('messages')), h('ul', {}, direct.map(channel => item(channel.id, ctx.user(channel.name)?.real_name ?? channel.name, 'thread', `channel-${channel.name}`)))] : null,
        h('h2', { class: 'channel-group' }, t('apps')),
        h('ul', {}, item('home', `ChatOps · ${t('home')}`, 'home', 'channel-home'))));
    if (!this.element.querySelector('.channel[tabindex="0"]')) this.element.querySelector('.channel')?.setAttribute('tabindex', '0');
    if (focused) this.element.querySelector(`[data-testid="${CSS.escape(focused)}"]`)?.focus();
  }

  #arrows(event) {
    const items = [...this.element.querySelectorAll('.channel')];
    const at = items.indexOf(document.activeElement);
    const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
    if (at < 0 || next === undefined) return;
    event.preventDefault();
    const target = items[(next + items.length) % items.length];
    items[at].setAttribute('tabindex', '-1');
    target.setAttribute('tabindex', '0');
    target.focus();
  }
}

function personLabel(user) {
  const role = user.title || (Array.isArray(user.roles) ? user.roles.join(', ') : user.role);
  const language = String(user.locale ?? '').toLowerCase().startsWith('ko') ? 'KO' : 'EN';
  return [user.name, role, language].filter(Boolean).join(' · ');
}
