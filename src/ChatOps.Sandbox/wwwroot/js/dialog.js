// A small question before an act that cannot be taken back.

import { h, uid } from './dom.js';

/** Asks `{title, body, yes, no, danger}`; resolves to whether it was confirmed. */
export function ask({ title, body, yes, no, danger }) {
  return new Promise(resolve => {
    const id = uid('ask');
    let answer = false;
    const reply = value => () => { answer = value; dialog.close(); };
    const dialog = h('dialog', {
      class: 'dialog dialog-small', 'aria-labelledby': id, 'data-testid': 'confirm',
      on: {
        close: () => { dialog.remove(); resolve(answer); },
        keydown: event => { if (event.key === 'Escape') event.stopPropagation(); },
      },
    },
    h('h2', { class: 'dialog-title', id }, title),
    h('div', { class: 'dialog-text' }, body),
    h('div', { class: 'dialog-foot' },
      h('button', { type: 'button', class: 'btn', 'data-testid': 'confirm-no', on: { click: reply(false) } }, no),
      h('button', { type: 'button', class: `btn ${danger ? 'btn-danger-solid' : 'btn-primary'}`, 'data-testid': 'confirm-yes', autofocus: true, on: { click: reply(true) } }, yes)));
    document.body.append(dialog);
    dialog.showModal();
  });
}
