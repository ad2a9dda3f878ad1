// The panel's part for tags: somebody creates a resource, and CloudTrail tells of it.

import { h } from './dom.js';
import { api } from './api.js';
import { t } from './texts.js';

const kinds = ['instance', 'bucket', 'database', 'table', 'function', 'queue', 'user'];
const people = ['jiyeon', 'alex', 'minho', 'sora', 'terraform', 'autoscaling'];

/** `row(id, title, more, act, { extra })` draws a line of the panel with its button. */
export function taggingSection(row) {
  const select = (id, label, values, name) => h('select', { class: 'panel-select', 'aria-label': label, 'data-testid': `panel-create-${id}` }, values.map(value => h('option', { value }, name(value))));
  const kind = select('kind', t('createKind'), kinds, value => t(`create_${value}`));
  const person = select('person', t('createPerson'), people, value => value === 'terraform' || value === 'autoscaling' ? t(`create_${value}`) : value);
  const name = h('input', { class: 'panel-select', type: 'text', maxlength: '63', size: '14', placeholder: t('createName'), 'aria-label': t('createName'), 'data-testid': 'panel-create-name' });
  return h('div', { class: 'acts' },
    h('div', { class: 'act act-fields' }, kind, person, name),
    row('create', t('create'), t('createMore'), () => api.awsDo('create', { kind: kind.value, person: person.value, name: name.value })));
}
