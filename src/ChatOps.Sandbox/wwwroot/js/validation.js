// What Slack's client itself checks before it submits a view.

import { t } from './texts.js';
import { fromRichText } from './richtext.js';

/** Errors by block_id for the input blocks of `list`, given the values held. */
export function validate(list, values) {
  const errors = {};
  for (const block of list ?? []) {
    if (block.type !== 'input' || !block.element) continue;
    const value = values.get(block.block_id, block.element.action_id) ?? {};
    const error = isEmpty(value) ? (block.optional ? null : t('required')) : check(block.element, value);
    if (error) errors[block.block_id] = error;
  }
  return errors;
}

const isEmpty = ({ type, ...held }) => Object.values(held).every(one => one === null || one === undefined || one === '' || (Array.isArray(one) && one.length === 0));

function check(element, value) {
  const text = value.value ?? (value.rich_text_value ? fromRichText(value.rich_text_value) : '');
  if (element.type === 'number_input') return checkNumber(element, text.trim());
  if (element.type === 'email_text_input') return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text.trim()) ? null : t('notEmail');
  if (element.type === 'url_text_input') return /^https?:\/\/[^\s]+$/i.test(text.trim()) ? null : t('notUrl');
  if (element.min_length && text.length < element.min_length) return t('tooShort', { n: element.min_length });
  if (element.max_length && text.length > element.max_length) return t('tooLong', { n: element.max_length });
  return null;
}

function checkNumber(element, text) {
  if (!/^-?\d+(\.\d+)?$/.test(text)) return t('notNumber');
  if (!element.is_decimal_allowed && text.includes('.')) return t('notWhole');
  if (element.min_value !== undefined && Number(text) < Number(element.min_value)) return t('tooSmall', { n: element.min_value });
  if (element.max_value !== undefined && Number(text) > Number(element.max_value)) return t('tooBig', { n: element.max_value });
  return null;
}
