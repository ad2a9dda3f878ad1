// The panel's part for events that services send by themselves, past Security Hub.

import { h } from './dom.js';
import { api } from './api.js';
import { t } from './texts.js';

const names = ['health-issue', 'health-retirement', 'health-close', 'guardduty', 'hub-imports', 'inspector', 'config', 'config-compliant'];

/** `row(id, title, more, act)` draws a line of the panel with its button. */
export function serviceEvents(row) {
  return h('div', { class: 'acts' }, names.map(name => row(`service-${name}`, t(`service_${name}`), t(`service_${name}_more`), () => api.awsDo(`service/${name}`))));
}
