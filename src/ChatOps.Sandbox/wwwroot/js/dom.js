// Building DOM without markup strings: text always becomes a text node, so nothing foreign is ever parsed as HTML.

/**
 * Makes an element. `props`: `class`, `on` (event -> listener), `data` (dataset), `css` (custom properties),
 * anything else is an attribute (true: present, false/null/undefined: absent).
 */
export function h(tag, props, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name === 'class') element.className = value;
    else if (name === 'on') for (const [event, listener] of Object.entries(value)) element.addEventListener(event, listener);
    else if (name === 'data') for (const [key, item] of Object.entries(value)) { if (item !== null && item !== undefined) element.dataset[key] = item; }
    else if (name === 'css') for (const [key, item] of Object.entries(value)) element.style.setProperty(key, item);
    else element.setAttribute(name, value === true ? '' : String(value));
  }
  element.append(...children.flat(Infinity).filter(child => child !== null && child !== undefined && child !== false));
  return element;
}

let lastId = 0;

/** A document-unique id, for labels and descriptions. */
export const uid = prefix => `${prefix}-${++lastId}`;

const paths = {
  menu: 'M3 5h14M3 10h14M3 15h14',
  close: 'M5 5l10 10M15 5L5 15',
  back: 'M12 4l-6 6 6 6',
  send: 'M3 10l14-6-5 13-3-5zM9 12l8-8',
  hash: 'M8 3L6 17M14 3l-2 14M3.5 7.5h14M2.5 12.5h14',
  home: 'M3 9l7-6 7 6v8h-5v-5H8v5H3z',
  cloud: 'M6 15h8a3.5 3.5 0 0 0 .5-7A5 5 0 0 0 5 9a3 3 0 0 0 1 6z',
  eye: 'M2 10s3-5 8-5 8 5 8 5-3 5-8 5-8-5-8-5zM10 8a2 2 0 1 0 0 4 2 2 0 0 0 0-4z',
  chevron: 'M6 8l4 4 4-4',
  more: 'M4.5 10h.01M10 10h.01M15.5 10h.01',
  file: 'M6 2.5h6l4 4v11H6zM12 2.5v4h4',
  thread: 'M3 4h14v9H9l-4 4v-4H3z',
  down: 'M10 4v12M5 11l5 5 5-5',
};

/** A line icon; decoration only, so hidden from assistive technology. */
export function icon(name) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('viewBox', '0 0 20 20');
  svg.setAttribute('class', `icon icon-${name}`);
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  path.setAttribute('d', paths[name]);
  svg.append(path);
  return svg;
}

/** Puts `text` into the polite live region and shows it for a few seconds. */
export function toast(text, kind = 'info') {
  const note = h('div', { class: `toast toast-${kind}` }, text);
  document.getElementById('toasts').append(note);
  setTimeout(() => note.remove(), 6000);
}
