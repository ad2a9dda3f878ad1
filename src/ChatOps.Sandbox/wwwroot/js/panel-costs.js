// The panel's part for costs: a budget is overrun, an anomaly is detected.

import { h } from './dom.js';
import { api } from './api.js';
import { t } from './texts.js';

const budgets = ['prod', 'company', 'stage'];
const ways = ['sns', 'eventbridge'];

/** `row(id, title, more, act, { extra })` draws a line of the panel with its button. */
export function costsSection(row) {
  const select = (id, label, values, name) => h('select', { class: 'panel-select', 'aria-label': label, 'data-testid': `panel-${id}` }, values.map(value => h('option', { value }, name(value))));
  const budget = select('overrun-budget', t('overrunBudget'), budgets, value => value);
  const way = select('anomaly-way', t('anomalyWay'), ways, value => t(`anomalyWay_${value}`));
  return h('div', { class: 'acts' },
    row('overrun', t('overrun'), t('overrunMore'), () => api.awsDo('overrun', { budget: budget.value }), { extra: budget }),
    row('anomaly', t('anomaly'), t('anomalyMore'), () => api.awsDo('anomaly', { way: way.value }), { extra: way }));
}
