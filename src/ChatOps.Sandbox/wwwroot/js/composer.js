// Where one writes: messages, and slash commands with completion.

import { h, icon, uid } from './dom.js';
import { float } from './floating.js';
import { t } from './texts.js';

/** What the words after a command can be, from a usage hint such as `list [severity] | show <id>`. */
const wordsOf = hint => String(hint ?? '').replace(/^\[(.*)\]$/s, '$1').split('|').map(part => part.trim().split(/\s+/)[0]).filter(word => /^[\p{L}][\p{L}\p{N}-]*$/u.test(word));

/** What completes `text`: `[{insert, title, hint, description}]`, where `insert` is the text after completing. */
function completions(text, commands) {
  if (!text.startsWith('/') || text.includes('\n')) return [];
  const space = text.indexOf(' ');
  if (space < 0) {
    return commands.filter(one => one.command.startsWith(text.toLowerCase()))
      .map(one => ({ insert: `${one.command} `, title: one.command, hint: one.usage_hint, description: one.description }));
  }
  const command = commands.find(one => one.command === text.slice(0, space).toLowerCase());
  const word = text.slice(space + 1);
  if (!command || /\s/.test(word)) return [];
  return wordsOf(command.usage_hint).filter(one => one.startsWith(word) && one !== word)
    .map(one => ({ insert: `${command.command} ${one} `, title: `${command.command} ${one}`, hint: '', description: '' }));
}

/** `send(text)` resolves to whether it went out; only then the box is emptied. */
export function composer({ label, testId, commands, send }) {
  const listId = uid('commands');
  let found = [];
  let active = 0;
  let hide = null;
  let sending = false;

  const box = h('textarea', {
    class: 'composer-box', rows: '1', 'aria-label': label, placeholder: label, 'aria-autocomplete': 'list', 'aria-controls': listId, 'data-testid': testId, enterkeyhint: 'send',
  });
  const list = h('div', { id: listId, role: 'listbox', tabindex: '0', class: 'floating commands', popover: 'manual', 'aria-label': t('commandHint') });
  const status = h('span', { class: 'visually-hidden', role: 'status' });
  const button = h('button', { type: 'submit', class: 'send', 'aria-label': t('send'), disabled: true }, icon('send'));
  const form = h('form', { class: 'composer', on: { submit: event => { event.preventDefault(); submit(); } } }, box, button, list, status);

  function grow() {
    box.style.height = 'auto';
    box.style.height = `${Math.min(box.scrollHeight, 200)}px`;
    button.disabled = box.value.trim() === '';
  }

  function suggest() {
    found = completions(box.value, commands());
    active = 0;
    if (found.length === 0) { close(); return; }
    list.replaceChildren(...found.map((one, index) => h('div', {
      id: `${listId}-${index}`, role: 'option', class: 'option', 'aria-selected': String(index === active), 'data-testid': 'completion',
      on: { pointerdown: event => event.preventDefault(), mousedown: event => event.preventDefault(), click: () => complete(index) },
    }, h('span', { class: 'command' }, one.title, one.hint ? h('span', { class: 'command-hint' }, ` ${one.hint}`) : null), one.description ? h('span', { class: 'option-more' }, one.description) : null)));
    hide ??= float(list, form, { matchWidth: true, above: true });
    hide.place();
    mark();
    status.textContent = t('commandsFound', { n: found.length });
  }

  function mark() {
    [...list.children].forEach((row, index) => {
      row.classList.toggle('option-active', index === active);
      row.setAttribute('aria-selected', String(index === active));
    });
    list.children[active]?.scrollIntoView({ block: 'nearest' });
    box.setAttribute('aria-activedescendant', `${listId}-${active}`);
  }

  function close() {
    hide?.();
    hide = null;
    box.removeAttribute('aria-activedescendant');
  }

  function complete(index) {
    box.value = found[index].insert;
    box.focus();
    grow();
    suggest();
  }

  async function submit() {
    const text = box.value.trim();
    if (text === '' || sending) return;
    sending = true;
    close();
    box.value = '';
    grow();
    const sent = await send(text);
    sending = false;
    if (!sent && box.value === '') { box.value = text; grow(); }
  }

  box.addEventListener('input', () => { grow(); suggest(); });
  box.addEventListener('blur', () => close());
  box.addEventListener('keydown', event => {
    if (event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (hide && step) {
      event.preventDefault();
      active = (active + step + found.length) % found.length;
      mark();
    } else if (hide && event.key === 'Escape') {
      event.preventDefault();
      event.stopPropagation();
      close();
    } else if (hide && event.key === 'Tab' && !event.shiftKey) {
      event.preventDefault();
      complete(active);
    } else if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      // A command still being typed is completed first; a whole one, with or without more words, is sent.
      if (hide && !box.value.includes(' ') && found[active].title !== box.value) complete(active);
      else submit();
    }
  });
  return Object.assign(form, {
    focusBox: text => {
      box.focus();
      if (text && box.value === '') { box.value = text; grow(); suggest(); }
    },
  });
}
