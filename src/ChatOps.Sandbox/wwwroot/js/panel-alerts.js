// The panel's part for alerts: one fires, by webhook or through SNS, and is over.

import { h } from './dom.js';
import { api } from './api.js';
import { t } from './texts.js';

const rules = ['HighErrorRate', 'HighLatency', 'DiskFillingUp'];
const ways = ['webhook', 'sns-json', 'sns-text', 'cloudwatch'];

/** `row(id, title, more, act, { extra })` draws a line of the panel with its button; `show()` opens the channel where alerts arrive. */
export function alertsSection(row, show) {
  const select = (id, label, values, name) => h('select', { class: 'panel-select', 'aria-label': label, 'data-testid': `panel-alert-${id}` }, values.map(value => h('option', { value }, name(value))));
  const rule = select('rule', t('alertRule'), rules, value => value);
  const way = select('way', t('alertWay'), ways, value => t(`alert_${value}`));
  return h('div', { class: 'acts' },
    h('div', { class: 'act act-fields' }, rule, way),
    row('fire', t('alertFire'), t('alertFireMore'), () => { show(); return api.awsDo('fire', { rule: rule.value, way: way.value }); }),
    row('resolve', t('alertResolve'), t('alertResolveMore'), () => api.awsDo('resolve', { way: way.value })));
}
