// A person's or app's picture: initials on a colour that depends on who it is.

import { h } from './dom.js';
import { emojiOf } from './emoji.js';

const hues = [262, 205, 152, 18, 338, 186, 42, 288];

export function avatar({ id, name, isApp, isSlackbot, emoji }) {
  const sum = [...String(id)].reduce((total, character) => (total * 31 + character.codePointAt(0)) >>> 0, 7);
  const sign = emoji ? emojiOf(emoji.replaceAll(':', '')) : null;
  return h('span', { class: `avatar${isSlackbot ? ' avatar-slackbot' : isApp ? ' avatar-app' : ''}`, 'aria-hidden': 'true', css: { '--hue': hues[sum % hues.length] } }, sign ?? (isApp && !isSlackbot ? '✓' : [...String(name)][0]?.toUpperCase() ?? '?'));
}
