// The `markdown` block: standard Markdown, the part of it that Slack renders. Never any HTML.
// https://docs.slack.dev/reference/block-kit/blocks/markdown-block

import { h } from './dom.js';
import { link } from './mrkdwn.js';
import { withEmoji } from './emoji.js';

/** Markdown as DOM nodes. */
export function markdown(text) {
  const lines = String(text ?? '').split('\n');
  const nodes = [];
  let i = 0;
  while (i < lines.length) {
    const line = lines[i];
    let match;
    if (/^\s*$/.test(line)) { i++; continue; }
    if ((match = /^```(\S*)\s*$/.exec(line))) {
      const body = [];
      for (i++; i < lines.length && !/^```\s*$/.test(lines[i]); i++) body.push(lines[i]);
      i++;
      nodes.push(h('pre', { tabindex: '0' }, h('code', {}, body.join('\n'))));
    } else if ((match = /^(#{1,6})\s+(.*?)\s*#*$/.exec(line))) {
      // Headings in a message must not disturb the outline of the page.
      nodes.push(h('p', { class: `md-heading md-h${Math.min(match[1].length, 3)}` }, inline(match[2])));
      i++;
    } else if (/^\s*([-*_])(\s*\1){2,}\s*$/.test(line)) {
      nodes.push(h('hr'));
      i++;
    } else if (/^>/.test(line)) {
      const body = [];
      for (; i < lines.length && /^>/.test(lines[i]); i++) body.push(lines[i].replace(/^> ?/, ''));
      nodes.push(h('blockquote', {}, markdown(body.join('\n'))));
    } else if (isTable(lines, i)) {
      const head = lines[i];
      const rows = [];
      for (i += 2; i < lines.length && lines[i].includes('|'); i++) rows.push(lines[i]);
      nodes.push(table(head, rows));
    } else if (/^\s*([-*+]|\d+[.)])\s+/.test(line)) {
      const body = [];
      for (; i < lines.length && (/^\s*([-*+]|\d+[.)])\s+/.test(lines[i]) || /^\s{2,}\S/.test(lines[i])); i++) body.push(lines[i]);
      nodes.push(list(body));
    } else {
      // The first line belongs to the paragraph whatever it looks like: nothing above took it.
      const body = [lines[i++]];
      for (; i < lines.length && !/^\s*$/.test(lines[i]) && !/^(```|#{1,6}\s|>|\s*([-*+]|\d+[.)])\s+)/.test(lines[i]) && !isTable(lines, i); i++) body.push(lines[i]);
      nodes.push(h('p', {}, body.flatMap((item, index) => index ? [h('br'), ...inline(item)] : inline(item))));
    }
  }
  return nodes;
}

const isTable = (lines, i) => lines[i].includes('|') && /^\s*\|?\s*:?-{2,}:?\s*(\|\s*:?-{2,}:?\s*)*\|?\s*$/.test(lines[i + 1] ?? '');

const cells = line => line.trim().replace(/^\|/, '').replace(/\|$/, '').split('|').map(cell => cell.trim());

function table(head, rows) {
  return h('div', { class: 'table-scroll', tabindex: '0' }, h('table', {},
    h('thead', {}, h('tr', {}, cells(head).map(cell => h('th', { scope: 'col' }, inline(cell))))),
    h('tbody', {}, rows.map(row => h('tr', {}, cells(row).map(cell => h('td', {}, inline(cell))))))));
}

function list(lines) {
  const indent = /^\s*/.exec(lines[0])[0].length;
  const ordered = /^\s*\d/.test(lines[0]);
  const items = [];
  for (const line of lines) {
    const match = /^(\s*)(?:[-*+]|\d+[.)])\s+(.*)$/.exec(line);
    if (match && match[1].length <= indent) items.push({ text: match[2], nested: [] });
    else items.at(-1).nested.push(line);
  }
  return h(ordered ? 'ol' : 'ul', {}, items.map(item => {
    const task = /^\[([ xX])\]\s+(.*)$/.exec(item.text);
    const words = task ? [task[1] === ' ' ? '☐ ' : '☑ ', ...inline(task[2])] : inline(item.text);
    const nested = item.nested.length === 0 ? null
      : /^\s*([-*+]|\d+[.)])\s+/.test(item.nested[0]) ? list(item.nested) : [h('br'), ...inline(item.nested.join(' ').trim())];
    return h('li', {}, words, nested);
  }));
}

const patterns = [
  [/^`([^`]+)`/, match => h('code', {}, match[1])],
  [/^!?\[([^\]]*)\]\(\s*<?([^\s)>]+)>?[^)]*\)/, match => link(match[2], match[1] ? inline(match[1]) : match[2])],
  [/^<((?:https?:\/\/|mailto:)[^>\s]+)>/, match => link(match[1], match[1])],
  [/^\*\*(?=\S)([\s\S]+?)\*\*/, match => h('strong', {}, inline(match[1]))],
  [/^__(?=\S)([\s\S]+?)__/, match => h('strong', {}, inline(match[1]))],
  [/^~~(?=\S)([\s\S]+?)~~/, match => h('s', {}, inline(match[1]))],
  [/^\*(?=\S)([^*]+?)\*/, match => h('em', {}, inline(match[1]))],
  [/^_(?=\S)([^_]+?)_(?![\p{L}\p{N}])/u, match => h('em', {}, inline(match[1]))],
  [/^https?:\/\/[^\s<>]+[^\s<>.,;:!?)'"\]]/, match => link(match[0], match[0])],
  [/^\\([\\`*_{}[\]()#+\-.!~>|])/, match => match[1]],
];

function inline(text) {
  const nodes = [];
  let plain = '';
  for (let i = 0; i < text.length;) {
    const rest = text.slice(i);
    const inWord = i > 0 && /[\p{L}\p{N}]/u.test(text[i - 1]);
    const found = /[`[!<*_~h\\]/.test(text[i]) && patterns.map(([pattern, make]) => ({ match: pattern.exec(rest), make }))
      .find(({ match }) => match && !(inWord && /[_h]/.test(text[i])));
    if (found) {
      if (plain) nodes.push(withEmoji(plain));
      plain = '';
      nodes.push(found.make(found.match));
      i += found.match[0].length;
    } else {
      plain += text[i++];
    }
  }
  if (plain) nodes.push(withEmoji(plain));
  return nodes;
}
