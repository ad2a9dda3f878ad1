// The overflow menu: a button with a list of choices.

import { h, icon, uid } from './dom.js';
import { float } from './floating.js';
import { plainText, isSafeLink } from './mrkdwn.js';
import { t } from './texts.js';

/** A menu button over Slack options; `choose(option)` is called with the one picked. `props` go to the button. */
export function menu(options, choose, props) {
  const id = uid('menu');
  let hide = null;
  const button = h('button', {
    type: 'button', class: 'btn btn-icon', 'aria-haspopup': 'menu', 'aria-expanded': 'false', 'aria-controls': id, 'aria-label': t('moreActions'), ...props,
  }, icon('more'));
  const items = options.map(option => h(option.url && isSafeLink(option.url) ? 'a' : 'button', {
    role: 'menuitem', class: 'option', tabindex: '-1', data: { value: option.value },
    ...(option.url && isSafeLink(option.url) ? { href: option.url, target: '_blank', rel: 'noopener noreferrer' } : { type: 'button' }),
    on: { click: () => { close(); button.focus(); choose(option); } },
  }, plainText(option.text), option.description ? h('span', { class: 'option-more' }, plainText(option.description)) : null));
  const list = h('div', { id, role: 'menu', class: 'floating', popover: 'manual', 'aria-label': t('moreActions') }, items);

  const move = step => {
    const at = items.indexOf(document.activeElement);
    items[(at + step + items.length) % items.length]?.focus();
  };
  const open = () => {
    if (hide) return;
    hide = float(list, button);
    button.setAttribute('aria-expanded', 'true');
    items[0]?.focus();
    setTimeout(() => addEventListener('pointerdown', outside, true));
  };
  const close = () => {
    if (!hide) return;
    hide();
    hide = null;
    button.setAttribute('aria-expanded', 'false');
    removeEventListener('pointerdown', outside, true);
  };
  const outside = event => { if (!wrapper.contains(event.target)) close(); };

  button.addEventListener('click', () => hide ? close() : open());
  const wrapper = h('span', {
    class: 'menu',
    on: {
      keydown: event => {
        if (event.key === 'ArrowDown') { event.preventDefault(); if (hide) move(1); else open(); }
        else if (!hide) return;
        else if (event.key === 'ArrowUp') { event.preventDefault(); move(-1); }
        else if (event.key === 'Home') { event.preventDefault(); items[0].focus(); }
        else if (event.key === 'End') { event.preventDefault(); items.at(-1).focus(); }
        else if (event.key === 'Escape') { event.preventDefault(); event.stopPropagation(); close(); button.focus(); }
        else if (event.key === 'Tab') close();
      },
    },
  }, button, list);
  return wrapper;
}
