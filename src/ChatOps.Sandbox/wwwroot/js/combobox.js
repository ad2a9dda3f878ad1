// One control for every Slack select: a text box that filters a list, for one choice or several.

import { h, icon, uid } from './dom.js';
import { float } from './floating.js';
import { plainText } from './mrkdwn.js';
import { t } from './texts.js';

/**
 * `spec`: `multi`, `selected` (options), `source(query)` -> `{options}` or `{option_groups}` (or a promise of it), `minQuery`, `remote`
 * (wait for typing to pause), `max` (choices), `clearable`, `placeholder`, `input` (attributes of the text box: label and ids),
 * `changed(options)` on every change, `committed(options)` when the list closes after a change.
 */
export function combobox(spec) {
  const listId = uid('list');
  let selected = [...spec.selected];
  let options = [];
  let active = -1;
  let hide = null;
  let asked = 0;
  let dirty = false;
  let timer;

  const input = h('input', {
    type: 'text', role: 'combobox', class: 'combo-input', autocomplete: 'off', spellcheck: 'false', 'aria-autocomplete': 'list',
    'aria-expanded': 'false', 'aria-controls': listId, ...spec.input,
  });
  const chips = h('span', { class: 'chips' });
  const clear = h('button', { type: 'button', class: 'combo-clear', 'aria-label': t('clear'), on: { click: () => { choose([]); commit(); input.focus(); } } }, icon('close'));
  const list = h('div', { id: listId, role: 'listbox', class: 'floating', popover: 'manual', 'aria-label': spec.input['aria-label'] ?? spec.placeholder, 'aria-multiselectable': spec.multi ? 'true' : null });
  const box = h('span', { class: `combo${spec.multi ? ' combo-multi' : ''}` }, chips, input, clear, icon('chevron'), list);

  const words = option => plainText(option.text);
  const isSelected = option => selected.some(item => item.value === option.value);

  function show() {
    chips.replaceChildren(...(spec.multi ? selected.map(option => h('span', { class: 'chip' }, h('span', { class: 'chip-text' }, words(option)), h('button', {
      type: 'button', class: 'chip-remove', 'aria-label': t('remove', { name: words(option) }),
      on: { click: () => { choose(selected.filter(item => item.value !== option.value)); if (!hide) commit(); input.focus(); } },
    }, icon('close')))) : []));
    if (!hide) input.value = spec.multi ? '' : selected[0] ? words(selected[0]) : '';
    input.placeholder = spec.multi && selected.length > 0 ? '' : spec.placeholder || t('choose');
    clear.hidden = spec.multi || !spec.clearable || selected.length === 0;
  }

  function choose(next) {
    selected = next;
    dirty = true;
    spec.changed(selected);
    show();
  }

  function commit() {
    if (!dirty) return;
    dirty = false;
    spec.committed?.(selected);
  }

  function open() {
    if (hide) return;
    hide = float(list, box, { matchWidth: true });
    input.setAttribute('aria-expanded', 'true');
    if (!spec.multi) input.select();
    load('');
  }

  function close() {
    if (!hide) return;
    clearTimeout(timer);
    hide();
    hide = null;
    asked++;
    setActive(-1);
    input.setAttribute('aria-expanded', 'false');
    show();
    commit();
  }

  async function load(query) {
    const mine = ++asked;
    if (query.length < (spec.minQuery ?? 0)) { draw([], t('typeMore', { n: spec.minQuery })); return; }
    const found = spec.source(query);
    if (found instanceof Promise && options.length === 0) draw([], t('loading'));
    const answer = await found;
    if (mine !== asked || !hide) return;
    draw(answer.option_groups ?? [{ options: answer.options ?? [] }], answer.error ?? t('noOptions'));
  }

  function draw(groups, empty) {
    options = [];
    const nodes = groups.flatMap(group => {
      const rows = (group.options ?? []).map(option => {
        const index = options.push(option) - 1;
        return h('div', {
          id: `${listId}-${index}`, role: 'option', class: 'option', 'aria-selected': String(isSelected(option)), data: { value: option.value },
          // Pressing must not take the focus from the text box, or the list would close before the click.
          on: { pointerdown: event => event.preventDefault(), mousedown: event => event.preventDefault(), click: () => pick(option) },
        }, words(option), option.description ? h('span', { class: 'option-more' }, plainText(option.description)) : null);
      });
      if (!group.label || rows.length === 0) return rows;
      const labelId = uid('group');
      return [h('div', { role: 'group', 'aria-labelledby': labelId }, h('div', { class: 'option-group', id: labelId, role: 'presentation' }, plainText(group.label)), rows)];
    });
    list.replaceChildren(...(nodes.length > 0 ? nodes : [h('div', { class: 'option-empty', role: 'option', 'aria-disabled': 'true' }, empty)]));
    const chosen = options.findIndex(isSelected);
    setActive(options.length > 0 ? Math.max(chosen, 0) : -1);
    hide?.place();
  }

  function setActive(index) {
    list.querySelector('.option-active')?.classList.remove('option-active');
    active = index;
    const row = index < 0 ? null : document.getElementById(`${listId}-${index}`);
    if (row) { row.classList.add('option-active'); row.scrollIntoView({ block: 'nearest' }); input.setAttribute('aria-activedescendant', row.id); }
    else input.removeAttribute('aria-activedescendant');
  }

  function pick(option) {
    if (!spec.multi) { choose([option]); close(); return; }
    if (isSelected(option)) choose(selected.filter(item => item.value !== option.value));
    else if (!spec.max || selected.length < spec.max) choose([...selected, option]);
    input.value = '';
    load('');
  }

  input.addEventListener('click', open);
  input.addEventListener('input', () => {
    open();
    clearTimeout(timer);
    timer = setTimeout(load, spec.remote ? 200 : 0, input.value.trim());
  });
  input.addEventListener('blur', () => close());
  input.addEventListener('keydown', event => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      if (!hide) open();
      else if (options.length > 0) setActive((active + step + options.length) % options.length);
    } else if (event.key === 'Enter') {
      event.preventDefault();
      if (hide && active >= 0) pick(options[active]);
      else open();
    } else if (event.key === 'Escape' && hide) {
      event.preventDefault();
      event.stopPropagation();
      close();
    } else if (event.key === 'Backspace' && spec.multi && input.value === '' && selected.length > 0) {
      choose(selected.slice(0, -1));
    }
  });
  show();
  return box;
}

/** A source for a fixed list: filters options or groups by the words typed. */
export function fixedSource({ options, option_groups: groups }) {
  const filter = (list, query) => (list ?? []).filter(option => plainText(option.text).toLowerCase().includes(query.toLowerCase()));
  return query => groups ? { option_groups: groups.map(group => ({ ...group, options: filter(group.options, query) })) } : { options: filter(options, query) };
}
