// The panel's part for the report: run it, jump in time, and read the mails that were sent.

import { h, icon, uid } from './dom.js';
import { api } from './api.js';
import { t, locale } from './texts.js';

const jumps = ['nine', 'hour', 'day', 'month-end'];

/** `row(id, title, more, act, { extra })` draws a line of the panel with its button. */
export function reportSection(row) {
  const to = h('select', { class: 'panel-select', 'aria-label': t('jumpTo'), 'data-testid': 'panel-jump-to' }, jumps.map(value => h('option', { value }, t(`jump_${value}`))));
  return h('div', { class: 'acts' },
    row('report', t('reportNow'), t('reportNowMore'), () => api.reportNow()),
    row('jump', t('jump'), t('jumpMore'), () => api.jump(to.value), { extra: to }));
}

/** The list of mails; each opens in a dialog. */
export class Mailbox {
  constructor() {
    this.element = h('div', { 'data-testid': 'mails' });
    this.draw([]);
  }

  async refresh() {
    const answer = await api.mails();
    if (answer.ok) this.draw(answer.mails ?? []);
  }

  draw(mails) {
    this.element.replaceChildren(mails.length === 0
      ? h('p', { class: 'panel-none' }, t('noMails'))
      : h('ul', { class: 'mails' }, mails.slice(0, 8).map(mail => h('li', {}, h('button', {
        type: 'button', class: 'mail', 'data-testid': `mail-${mail.id}`, on: { click: () => open(mail) },
      }, h('span', { class: 'mail-subject' }, mail.subject || t('noSubject')), h('span', { class: 'mail-more' }, `${mail.to} · ${moment(mail.at)}`))))));
  }
}

const moment = at => new Date(at).toLocaleString(locale(), { dateStyle: 'medium', timeStyle: 'short', timeZone: 'Asia/Seoul' });

async function open(mail) {
  const answer = await api.mail(mail.id);
  if (!answer.ok) return;
  const id = uid('mail');
  const html = h('iframe', { class: 'mail-html', sandbox: '', src: `/sandbox/mail/${mail.id}/html`, title: t('mailHtml'), 'data-testid': 'mail-html' });
  const plain = h('pre', { class: 'mail-plain', tabindex: '0', hidden: true, 'data-testid': 'mail-plain' }, answer.plain);
  const tab = (name, shown, other) => h('button', {
    type: 'button', class: 'btn btn-small', 'aria-pressed': String(!shown.hidden), 'data-testid': `mail-tab-${name}`,
    on: { click: event => {
      shown.hidden = false; other.hidden = true;
      for (const button of event.target.parentElement.querySelectorAll('button')) button.setAttribute('aria-pressed', String(button === event.target));
    } },
  }, t(name === 'html' ? 'mailHtml' : 'mailPlain'));
  const dialog = h('dialog', { class: 'dialog dialog-mail', 'aria-labelledby': id, 'data-testid': 'mail', on: { close: () => dialog.remove(), keydown: event => { if (event.key === 'Escape') event.stopPropagation(); } } },
    h('div', { class: 'mail-head' },
      h('h2', { class: 'mail-title', id }, answer.subject),
      h('button', { type: 'button', class: 'icon-button', 'aria-label': t('close'), 'data-testid': 'mail-close', autofocus: true, on: { click: () => dialog.close() } }, icon('close'))),
    h('p', { class: 'mail-more' }, `${answer.from} → ${answer.to} · ${moment(answer.at)}`),
    h('div', { class: 'mail-tabs' }, tab('html', html, plain), tab('plain', plain, html)),
    html, plain);
  document.body.append(dialog);
  dialog.showModal();
}
