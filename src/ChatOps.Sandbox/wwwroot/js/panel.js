// The AWS panel: makes things happen in the sandbox's account, and shows what is going on there.

import { h, icon } from './dom.js';
import { api } from './api.js';
import { ask } from './dialog.js';
import { costsSection } from './panel-costs.js';
import { Mailbox, reportSection } from './panel-report.js';
import { serviceEvents } from './panel-events.js';
import { taggingSection } from './panel-tagging.js';
import { alertsSection } from './panel-alerts.js';
import { t, hasText, errorText, spoken } from './texts.js';

export class Panel {
  #aws = null;
  #message = '';
  #failed = false;
  #seconds = 15;

  /** `close()` closes the panel, `showSecurity()` opens the channel where findings arrive, `showChannel(name)` any other. */
  constructor({ close, showSecurity, showChannel }) {
    Object.assign(this, { close, showSecurity, showChannel });
    this.counts = h('div', { class: 'counts', 'data-testid': 'aws-counts' });
    this.trouble = h('div', { class: 'panel-trouble', hidden: true });
    this.automations = h('div', { 'data-testid': 'aws-executions' });
    this.mails = new Mailbox();
    this.status = h('div', { class: 'panel-status', role: 'status', 'data-testid': 'panel-status' });
    this.scenarios = h('div', { class: 'scenarios' });
    this.element = h('aside', { class: 'panel', id: 'panel', 'aria-labelledby': 'panel-title' });
  }

  /** The newest summary of the account. */
  show(aws) {
    const first = JSON.stringify(this.#aws?.scenarios) !== JSON.stringify(aws.scenarios);
    this.#aws = { ...this.#aws, ...aws };
    if (first) this.#drawScenarios();
    this.#drawLive();
  }

  /** Draws the whole panel, in the language now in use. */
  draw() {
    const step = (n, title, more) => h('li', {}, h('span', { class: 'step-number', 'aria-hidden': 'true' }, String(n)), h('span', {}, h('strong', {}, title), h('span', { class: 'step-more' }, more)));
    this.element.replaceChildren(
      h('div', { class: 'panel-head' }, icon('cloud'), h('h2', { id: 'panel-title' }, t('aws')),
        h('button', { type: 'button', class: 'icon-button', 'aria-label': t('closePanel'), 'data-testid': 'panel-close', on: { click: this.close } }, icon('close'))),
      h('div', { class: 'panel-body', tabindex: '0', role: 'group', 'aria-labelledby': 'panel-title' },
        h('section', { class: 'try', 'data-testid': 'try-this' },
          h('h3', {}, t('tryThis')),
          h('ol', {}, step(1, t('step1'), t('step1More')), step(2, t('step2'), t('step2More')), step(3, t('step3'), t('step3More')))),
        this.trouble,
        h('section', {}, h('div', { class: 'panel-row' }, h('h3', {}, t('findings')), this.counts), this.scenarios),
        h('section', {}, h('h3', {}, t('automations')), this.automations),
        h('section', {}, h('h3', {}, t('costs')), costsSection((...line) => this.#row(...line))),
        h('section', {}, h('h3', {}, t('create')), taggingSection((...line) => this.#row(...line))),
        h('section', {}, h('h3', {}, t('report')), reportSection((...line) => this.#row(...line))),
        h('section', {}, h('h3', {}, t('mails')), this.mails.element),
        h('section', {}, h('h3', {}, t('alerts')), alertsSection((...line) => this.#row(...line), () => this.showChannel('alerts'))),
        h('section', {}, h('h3', {}, t('services')), serviceEvents((...line) => this.#row(...line))),
        h('section', {}, h('h3', {}, t('events')), this.#events()),
        h('section', {}, h('h3', {}, t('faults')), this.#faults())),
      this.status);
    this.#drawScenarios();
    this.#drawLive();
  }

  #events() {
    const count = h('select', { class: 'panel-select', 'aria-label': t('count'), 'data-testid': 'panel-storm-count' }, [50, 500, 2000, 10000].map(n => h('option', { value: String(n) }, n.toLocaleString('en'))));
    return h('div', { class: 'acts' },
      this.#row('storm', t('storm'), t('stormMore'), () => api.awsDo('storm', { count: Number(count.value) }), { extra: count }),
      this.#row('redeliver', t('redeliver'), t('redeliverMore'), () => api.awsDo('redeliver')),
      this.#row('update', t('update'), t('updateMore'), () => api.awsDo('update', {})),
      this.#row('custom-action', t('custom'), t('customMore'), () => api.awsDo('custom-action')));
  }

  #faults() {
    const n = this.#seconds;
    return h('div', { class: 'acts' },
      this.#row('ratelimit', t('ratelimit'), t('ratelimitMore', { n }), () => api.slackFaults({ ratelimit_seconds: n })),
      this.#row('throttle', t('throttle'), t('throttleMore', { n }), () => api.awsDo('throttle', { seconds: n })),
      this.#row('hub-trouble', t('hub'), t('hubMore', { n }), () => api.awsDo('hub-trouble', { seconds: n })),
      this.#row('fail', t('fail'), t('failMore'), () => api.awsDo('fail-next-automation', {})),
      this.#row('reset', t('reset'), t('resetMore'), async () => await ask({ title: t('reset'), body: [t('resetSure')], yes: t('reset'), no: t('cancel'), danger: true }) ? api.awsDo('reset') : null));
  }

  /** A line with a button: what it does, and the button that does it. */
  #row(id, title, more, act, { extra = null } = {}) {
    const button = h('button', { type: 'button', class: 'btn btn-small', 'data-testid': `panel-${id}`, 'aria-label': `${t('go')}: ${title}`, on: { click: () => this.#do(button, act) } }, t('go'));
    return h('div', { class: 'act' }, h('span', { class: 'act-words' }, h('span', { class: 'act-title' }, title), h('span', { class: 'act-more' }, more)), extra, button);
  }

  #drawScenarios() {
    this.scenarios.replaceChildren(...(this.#aws?.scenarios ?? []).map(scenario => {
      const severity = String(scenario.severity ?? '').toUpperCase();
      const button = h('button', {
        type: 'button', class: 'scenario', 'data-testid': `panel-import-${scenario.id}`,
        on: { click: () => this.#do(button, () => { this.showSecurity(); return api.awsDo('import', { scenario: scenario.id }); }) },
      },
      h('span', { class: `severity severity-${severity.toLowerCase()}` }, hasText(severity) ? t(severity) : severity),
      h('span', { class: 'scenario-words' }, h('span', { class: 'scenario-title' }, spoken(scenario, 'title')), scenario.description ? h('span', { class: 'scenario-more' }, spoken(scenario, 'description')) : null),
      h('span', { class: 'scenario-go' }, t('import')));
      return button;
    }));
  }

  #drawLive() {
    const { findings = {}, executions = [], throttling, paused } = this.#aws ?? {};
    const figure = (name, label) => h('span', { class: `count count-${name}` }, h('strong', { 'data-testid': `count-${name}` }, String(findings[name] ?? 0)), ` ${label}`);
    this.counts.replaceChildren(figure('open', t('open')), figure('resolved', t('resolved')), figure('suppressed', t('suppressed')));
    this.trouble.hidden = !throttling && !paused;
    this.trouble.textContent = throttling ? t('throttling') : paused ? t('paused') : '';
    this.automations.replaceChildren(executions.length === 0 ? h('p', { class: 'panel-none' }, t('noAutomations')) : h('ul', { class: 'executions' }, executions.slice(0, 6).map(execution)));
    this.status.textContent = this.#message;
    this.status.classList.toggle('panel-status-failed', this.#failed);
  }

  async #do(button, act) {
    if (button.classList.contains('is-busy')) return;
    button.classList.add('is-busy');
    button.setAttribute('aria-busy', 'true');
    const answer = await act();
    button.classList.remove('is-busy');
    button.removeAttribute('aria-busy');
    if (!answer) return;
    this.#failed = !answer.ok;
    this.#message = answer.ok ? spoken(answer, 'message') || t('done') : errorText(answer.error);
    this.#drawLive();
  }
}

/** One automation: what runs, where, how far it is. */
function execution(item) {
  const status = item.status ?? 'InProgress';
  const steps = item.steps ?? [];
  const done = steps.filter(step => step.status === 'Success').length;
  const sign = { Success: '✅', Failed: '❌', TimedOut: '❌', Cancelled: '⏹️' }[status] ?? '⏳';
  return h('li', { class: 'execution', 'data-status': status }, h('span', { 'aria-hidden': 'true' }, sign),
    h('span', { class: 'execution-words' }, h('span', { class: 'execution-title' }, item.document ?? item.id),
      h('span', { class: 'execution-more' }, [status, steps.length > 0 ? `${done}/${steps.length}` : null, item.account].filter(Boolean).join(' · ')),
      item.failureMessage ? h('span', { class: 'execution-more' }, item.failureMessage) : null));
}
