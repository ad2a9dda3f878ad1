// Block Kit blocks as DOM. https://docs.slack.dev/reference/block-kit/blocks

import { h, uid } from './dom.js';
import { mrkdwn, plainText, textObject } from './mrkdwn.js';
import { markdown } from './markdown.js';
import { richText } from './richtext.js';
import { element } from './elements.js';
import { picture } from './picture.js';
import { t } from './texts.js';

/** Draws all blocks of a surface. `errors` (block_id -> text) are shown at their blocks. */
export function blocks(list, surface, errors = {}) {
  surface.values.begin();
  return moreBlocks(list, surface, errors);
}

/** Draws further blocks of the same surface: those of a message's attachments. */
export const moreBlocks = (list, surface, errors = {}) => (list ?? []).map((item, index) => {
  const block = item.block_id ? item : { ...item, block_id: `block-${index}` };
  const draw = kinds[block.type];
  let node = null;
  try {
    node = draw?.(block, surface, errors[block.block_id]);
  } catch (error) {
    // A block that cannot be drawn must not take its neighbours with it.
    console.error(error);
  }
  node ??= h('div', { class: 'unsupported' }, t('unsupported', { type: block.type }));
  node.classList.add('block', `block-${block.type}`);
  node.dataset.blockId = block.block_id;
  return node;
});

function section(block, surface) {
  const fields = (block.fields ?? []).map(field => h('div', { class: 'field' }, textObject(field, surface.ctx)));
  const narrow = block.accessory && ['checkboxes', 'radio_buttons'].includes(block.accessory.type);
  return h('div', { class: narrow ? 'section-wide' : null },
    h('div', { class: 'section-body' },
      block.text ? h('div', { class: 'text' }, textObject(block.text, surface.ctx)) : null,
      fields.length > 0 ? h('div', { class: 'fields' }, fields) : null),
    block.accessory ? h('div', { class: `accessory accessory-${block.accessory.type}` }, element(block.accessory, { block, surface, label: null, dispatch: true })) : null);
}

function context(block, surface) {
  return h('div', {}, (block.elements ?? []).map(item => item.type === 'image'
    ? picture(item, surface.ctx, 'context')
    : h('span', { class: 'context-text' }, textObject(item, surface.ctx))));
}

function image(block, surface) {
  const title = block.title ? plainText(block.title) : null;
  return h('figure', {}, title ? h('figcaption', {}, title) : null, picture(block, surface.ctx));
}

function input(block, surface, error) {
  const id = uid('input');
  const labelId = `${id}-label`;
  const grouped = ['checkboxes', 'radio_buttons'].includes(block.element?.type);
  const hintId = block.hint ? `${id}-hint` : null;
  const errorId = error ? `${id}-error` : null;
  const control = element(block.element, {
    block, surface, id, label: plainText(block.label), labelledBy: labelId, optional: block.optional, dispatch: block.dispatch_action === true,
    describedBy: [errorId, hintId].filter(Boolean).join(' ') || null,
  });
  const target = control.matches('input,textarea,[role=group],[role=radiogroup]') ? control : control.querySelector('input,textarea');
  if (error) target?.setAttribute('aria-invalid', 'true');
  return h('div', { class: error ? 'has-error' : null },
    h(grouped ? 'div' : 'label', { class: 'label', id: labelId, for: grouped ? null : id }, plainText(block.label), block.optional ? h('span', { class: 'label-optional' }, ` ${t('optional')}`) : null),
    control,
    error ? h('div', { class: 'field-error', id: errorId, 'data-testid': 'field-error' }, error) : null,
    block.hint ? h('div', { class: 'hint', id: hintId }, plainText(block.hint)) : null);
}

function table(block, surface) {
  const cell = (item, tag, column) => {
    const settings = block.column_settings?.[column] ?? {};
    return h(tag, { scope: tag === 'th' ? 'col' : null, class: `align-${['left', 'center', 'right'].includes(settings.align) ? settings.align : 'left'}${settings.is_wrapped ? ' wrapped' : ''}` },
      item?.type === 'rich_text' ? richText(item, surface.ctx) : plainText({ text: String(item?.text ?? item?.value ?? '') }));
  };
  const [head = [], ...rows] = block.rows ?? [];
  return h('div', { class: 'table-scroll', tabindex: '0' }, h('table', {},
    h('thead', {}, h('tr', {}, head.map((item, column) => cell(item, 'th', column)))),
    h('tbody', {}, rows.map(row => h('tr', {}, row.map((item, column) => cell(item, 'td', column)))))));
}

const kinds = {
  header: block => h('div', { role: 'heading', 'aria-level': '3' }, plainText(block.text)),
  section,
  context,
  actions: (block, surface) => h('div', {}, (block.elements ?? []).map(item => element(item, { block, surface, label: null, dispatch: true }))),
  divider: () => h('hr'),
  image,
  input,
  rich_text: (block, surface) => h('div', {}, richText(block, surface.ctx)),
  table,
  markdown: block => h('div', {}, markdown(block.text)),
};

/** A block-less text, as mrkdwn unless switched off. */
export const messageText = (message, ctx) => h('div', { class: 'text' }, message.mrkdwn === false ? plainText(message.text) : mrkdwn(message.text, ctx));
