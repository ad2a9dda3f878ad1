// Interactive elements of Block Kit. Each draws itself, keeps its value in the surface's Values and reports acts to the surface.
// https://docs.slack.dev/reference/block-kit/block-elements

import { h, uid } from './dom.js';
import { mrkdwn, plainText, textObject, isSafeLink } from './mrkdwn.js';
import { combobox, fixedSource } from './combobox.js';
import { menu } from './menu.js';
import { picture } from './picture.js';
import { toWallClock, fromWallClock } from './dates.js';
import { toRichText, fromRichText } from './richtext.js';
import { t } from './texts.js';

/**
 * Draws an element.
 * `field` says where it stands: `{block, surface, label, id, dispatch, optional}`; `label` is null outside an input block.
 */
export function element(item, field) {
  const draw = kinds[item?.type];
  return draw ? draw(item, field) : h('span', { class: 'unsupported' }, t('unsupported', { type: item?.type }));
}

const hooks = (item, field) => ({ 'data-action-id': item.action_id, 'data-block-id': field.block.block_id });

/** Attributes of a control that takes input: the input block's label, else the placeholder, names it. */
const naming = (item, field) => ({
  id: field.id ?? uid('control'), 'aria-label': field.label ? null : plainText(item.placeholder) || item.action_id,
  'aria-describedby': field.describedBy, 'aria-required': field.label && !field.optional ? 'true' : null, ...hooks(item, field),
});

const use = (item, field, initial) => field.surface.values.use(field.block.block_id, item.action_id, { type: item.type, ...initial });

/** Keeps a new value, and tells the bot where Slack would. */
function keep(item, field, value, control, tell = field.dispatch) {
  field.surface.values.set(field.block.block_id, item.action_id, { type: item.type, ...value });
  field.surface.touched?.(field.block.block_id);
  return tell ? field.surface.act(field.block, item, { type: item.type, ...value }, control) : null;
}

function button(item, field) {
  const link = item.url && isSafeLink(item.url);
  const text = plainText(item.text);
  const node = h(link ? 'a' : 'button', {
    ...(link ? { href: item.url, target: '_blank', rel: 'noopener noreferrer' } : { type: 'button' }),
    class: `btn${item.style ? ` btn-${item.style}` : ''}`, 'aria-label': item.accessibility_label, ...hooks(item, field),
    on: { click: () => field.surface.act(field.block, item, { type: item.type, value: item.value }, node) },
  }, h('span', { class: 'btn-text' }, text), link && !text.endsWith('↗') ? h('span', { 'aria-hidden': 'true', class: 'btn-out' }, '↗') : null);
  return node;
}

/** One of the fifteen selects. `source` finds options; `read`/`write` translate between options and Slack's value. */
function select(item, field, { multi, source, remote, minQuery, read, write, initial }) {
  const value = use(item, field, initial);
  const box = combobox({
    multi, source, remote, minQuery, max: item.max_selected_items, clearable: field.optional, placeholder: plainText(item.placeholder), input: naming(item, field),
    selected: read(value).filter(Boolean),
    changed: chosen => keep(item, field, write(chosen), box, false),
    committed: chosen => keep(item, field, write(chosen), box),
  });
  return box;
}

const single = { multi: false, read: value => [value.selected_option], write: ([option]) => ({ selected_option: option ?? null }) };
const several = { multi: true, read: value => value.selected_options, write: chosen => ({ selected_options: chosen }) };
const initialSingle = item => ({ selected_option: item.initial_option ?? null });
const initialSeveral = item => ({ selected_options: item.initial_options ?? [] });

const remoteSource = (item, field) => ({
  source: query => field.surface.options(field.block.block_id, item.action_id, query), remote: true, minQuery: item.min_query_length ?? 3,
});

/** Selects over people, channels or both: the value is an id. */
function directorySelect(item, field, { list, key, multi }) {
  const all = list(field.surface.ctx);
  const option = id => all.find(entry => entry.value === id) ?? { text: id, value: id };
  const name = multi ? `selected_${key}s` : `selected_${key}`;
  const first = multi ? item[`initial_${key}s`] ?? [] : item[`initial_${key}`] ?? null;
  return select(item, field, {
    multi, source: fixedSource({ options: all }), initial: { [name]: first },
    read: value => multi ? value[name].map(option) : [value[name] ? option(value[name]) : null],
    write: chosen => ({ [name]: multi ? chosen.map(entry => entry.value) : chosen[0]?.value ?? null }),
  });
}

const people = ctx => ctx.users().map(user => ({ text: user.real_name || user.name, value: user.id, description: `@${user.name}` }));
const rooms = ctx => ctx.channels().filter(channel => !channel.is_im).map(channel => ({ text: `#${channel.name}`, value: channel.id }));
const conversations = ctx => [...rooms(ctx), ...people(ctx)];

function picker(kind, key, convert = {}) {
  return (item, field) => {
    const initial = item[`initial_${key}`] ?? null;
    const value = use(item, field, { [`selected_${key}`]: initial });
    const zone = field.surface.ctx.zone;
    const now = value[`selected_${key}`];
    const node = h('input', {
      type: kind, class: 'input input-picker', ...naming(item, field), value: now === null ? '' : convert.show ? convert.show(now, zone) : now,
      on: { change: () => keep(item, field, { [`selected_${key}`]: node.value === '' ? null : convert.read ? convert.read(node.value, zone) : node.value }, node) },
    });
    return node;
  };
}

function choices(item, field, type) {
  const several = type === 'checkbox';
  const value = use(item, field, several ? initialSeveral(item) : initialSingle(item));
  const group = uid('choice');
  const isOn = option => several ? value.selected_options.some(one => one.value === option.value) : value.selected_option?.value === option.value;
  const box = h('div', {
    class: 'choices', role: several ? 'group' : 'radiogroup', 'aria-labelledby': field.labelledBy, 'aria-label': field.labelledBy ? null : item.action_id,
    'aria-describedby': field.describedBy, ...hooks(item, field),
  }, (item.options ?? []).map(option => {
    const note = option.description ? uid('note') : null;
    return h('label', { class: 'choice' },
      h('input', { type, name: group, value: option.value, checked: isOn(option), 'aria-describedby': note, on: { change: changed } }),
      h('span', {}, textObject(option.text, field.surface.ctx), note ? h('span', { class: 'choice-more', id: note }, textObject(option.description, field.surface.ctx)) : null));
  }));
  function changed() {
    const on = item.options.filter((option, index) => box.querySelectorAll('input')[index].checked);
    keep(item, field, several ? { selected_options: on } : { selected_option: on[0] ?? null }, box);
  }
  return box;
}

/** A box to type in: text, number, e-mail, link, rich text. */
function textBox(item, field, { tag = 'input', attributes = {}, initial = { value: item.initial_value ?? null }, show = value => value.value ?? '', read = text => ({ value: text === '' ? null : text }) } = {}) {
  const on = item.dispatch_action_config?.trigger_actions_on ?? ['on_enter_pressed'];
  let told = null;
  let timer;
  const tell = () => {
    clearTimeout(timer);
    if (!field.dispatch || told === node.value) return;
    told = node.value;
    keep(item, field, read(node.value), node);
  };
  const node = h(tag, {
    class: `input${tag === 'textarea' ? ' input-long' : ''}`, placeholder: plainText(item.placeholder) || null, autocomplete: 'off', ...attributes, ...naming(item, field),
    autofocus: item.focus_on_load,
    on: {
      input: () => {
        keep(item, field, read(node.value), node, false);
        clearTimeout(timer);
        if (on.includes('on_character_entered')) timer = setTimeout(tell, 300);
      },
      keydown: event => {
        if (event.key !== 'Enter' || event.isComposing || (tag === 'textarea' && !event.ctrlKey && !event.metaKey)) return;
        if (field.dispatch && on.includes('on_enter_pressed')) { event.preventDefault(); event.stopPropagation(); told = null; tell(); }
      },
    },
  });
  node.value = show(use(item, field, initial));
  return node;
}

function files(item, field) {
  const value = use(item, field, { files: [] });
  const node = h('input', {
    type: 'file', class: 'input input-file', ...naming(item, field), multiple: (item.max_files ?? 10) > 1, accept: item.filetypes?.map(type => `.${type}`).join(','),
    on: {
      change: () => {
        const chosen = [...node.files].slice(0, item.max_files ?? 10).map((file, index) => ({ id: `FLOCAL${index}`, name: file.name, title: file.name, mimetype: file.type, size: file.size }));
        keep(item, field, { files: chosen }, node);
        names.textContent = chosen.map(file => file.name).join(', ');
      },
    },
  });
  const names = h('span', { class: 'file-names' }, value.files.map(file => file.name).join(', '));
  return h('span', { class: 'files-input' }, node, names);
}

const kinds = {
  button,
  workflow_button: button,
  image: (item, field) => picture(item, field.surface.ctx, 'accessory'),
  overflow: (item, field) => {
    const box = menu(item.options ?? [], option => field.surface.act(field.block, item, { type: item.type, selected_option: option }, box.firstChild), hooks(item, field));
    return box;
  },
  static_select: (item, field) => select(item, field, { ...single, source: fixedSource(item), initial: initialSingle(item) }),
  multi_static_select: (item, field) => select(item, field, { ...several, source: fixedSource(item), initial: initialSeveral(item) }),
  external_select: (item, field) => select(item, field, { ...single, ...remoteSource(item, field), initial: initialSingle(item) }),
  multi_external_select: (item, field) => select(item, field, { ...several, ...remoteSource(item, field), initial: initialSeveral(item) }),
  users_select: (item, field) => directorySelect(item, field, { list: people, key: 'user', multi: false }),
  multi_users_select: (item, field) => directorySelect(item, field, { list: people, key: 'user', multi: true }),
  channels_select: (item, field) => directorySelect(item, field, { list: rooms, key: 'channel', multi: false }),
  multi_channels_select: (item, field) => directorySelect(item, field, { list: rooms, key: 'channel', multi: true }),
  conversations_select: (item, field) => directorySelect(item, field, { list: conversations, key: 'conversation', multi: false }),
  multi_conversations_select: (item, field) => directorySelect(item, field, { list: conversations, key: 'conversation', multi: true }),
  datepicker: picker('date', 'date'),
  timepicker: picker('time', 'time'),
  datetimepicker: picker('datetime-local', 'date_time', { show: toWallClock, read: fromWallClock }),
  checkboxes: (item, field) => choices(item, field, 'checkbox'),
  radio_buttons: (item, field) => choices(item, field, 'radio'),
  plain_text_input: (item, field) => textBox(item, field, item.multiline ? { tag: 'textarea', attributes: { rows: '3', maxlength: item.max_length ?? 3000 } } : { attributes: { type: 'text', maxlength: item.max_length ?? 3000 } }),
  number_input: (item, field) => textBox(item, field, { attributes: { type: 'text', inputmode: item.is_decimal_allowed ? 'decimal' : 'numeric' } }),
  email_text_input: (item, field) => textBox(item, field, { attributes: { type: 'email', inputmode: 'email' } }),
  url_text_input: (item, field) => textBox(item, field, { attributes: { type: 'url', inputmode: 'url' } }),
  rich_text_input: (item, field) => h('span', { class: 'rich-input' },
    textBox(item, field, {
      tag: 'textarea', attributes: { rows: '4' }, initial: { rich_text_value: item.initial_value ?? null },
      show: value => fromRichText(value.rich_text_value), read: text => ({ rich_text_value: toRichText(text) }),
    }),
    h('span', { class: 'hint' }, t('formatHint'))),
  file_input: files,
};

/** Words for a confirmation. */
export const confirmWords = (confirm, ctx) => ({
  title: plainText(confirm.title) || t('confirmTitle'), body: confirm.text ? (confirm.text.type === 'mrkdwn' ? mrkdwn(confirm.text.text, ctx) : [plainText(confirm.text)]) : [],
  yes: plainText(confirm.confirm) || t('yes'), no: plainText(confirm.deny) || t('no'), danger: confirm.style === 'danger',
});
