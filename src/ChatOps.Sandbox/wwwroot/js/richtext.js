// rich_text blocks, both ways: as DOM, and from what someone typed into a rich text input.
// https://docs.slack.dev/reference/block-kit/blocks/rich-text-block

import { h } from './dom.js';
import { link, userMention, channelMention, broadcastMention, emojiNode, dateNode, parse, encode } from './mrkdwn.js';
import { emojiOf } from './emoji.js';

/** A rich_text block (or a rich_text_value) as DOM nodes. */
export const richText = (block, ctx) => nest(block.elements ?? [], ctx);

/** Lists that follow each other with a deeper indent belong inside the item before them. */
function nest(elements, ctx) {
  const nodes = [];
  const open = [];
  for (const element of elements) {
    const node = container(element, ctx);
    if (element.type !== 'rich_text_list') { open.length = 0; nodes.push(node); continue; }
    const { indent = 0, style } = element;
    while (open.at(-1)?.indent > indent) open.pop();
    if (open.at(-1)?.indent === indent) {
      if (open.at(-1).style === style) { open.at(-1).node.append(...node.children); continue; }
      open.pop();
    }
    if (open.length > 0) open.at(-1).node.lastElementChild.append(node);
    else nodes.push(node);
    open.push({ indent, style, node });
  }
  return nodes;
}

function container(element, ctx) {
  const children = () => (element.elements ?? []).flatMap(child => leaf(child, ctx));
  switch (element.type) {
    case 'rich_text_section': return h('div', { class: 'rt-section' }, children());
    case 'rich_text_preformatted': return h('pre', { tabindex: '0' }, h('code', {}, (element.elements ?? []).map(child => child.text ?? child.url ?? '').join('')));
    case 'rich_text_quote': return h('blockquote', {}, children());
    case 'rich_text_list':
      return h(element.style === 'ordered' ? 'ol' : 'ul', { start: element.style === 'ordered' && element.offset ? element.offset + 1 : null },
        (element.elements ?? []).map(item => h('li', {}, container(item, ctx))));
    default: return h('span', {}, element.text ?? '');
  }
}

function leaf(element, ctx) {
  switch (element.type) {
    case 'text': return styled(lines(element.text), element.style);
    case 'link': return styled([link(element.url, element.text || element.url)], element.style);
    case 'user': return styled([userMention(element.user_id, null, ctx)], element.style);
    case 'channel': return styled([channelMention(element.channel_id, null, ctx)], element.style);
    case 'usergroup': return styled([h('span', { class: 'mention' }, `@${element.usergroup_id}`)], element.style);
    case 'broadcast': return [broadcastMention(element.range)];
    case 'emoji': return [element.unicode && !emojiOf(element.name) ? fromCodePoints(element.unicode) : emojiNode(element.name)];
    case 'date': return styled([dateNode(element.timestamp, element.format, element.url, element.fallback ?? '', ctx)], element.style);
    case 'color': return [h('span', { class: 'swatch', css: { '--swatch': /^#[0-9a-f]{3,8}$/i.test(element.value) ? element.value : 'transparent' } }), h('code', {}, element.value)];
    default: return [element.text ?? element.fallback ?? ''];
  }
}

const lines = text => String(text ?? '').split('\n').flatMap((line, index) => index ? [h('br'), line] : [line]);

const fromCodePoints = unicode => String.fromCodePoint(...unicode.split('-').map(code => parseInt(code, 16)).filter(code => code <= 0x10ffff));

function styled(nodes, style) {
  let wrapped = nodes;
  if (style?.code) wrapped = [h('code', {}, wrapped)];
  if (style?.strike) wrapped = [h('s', {}, wrapped)];
  if (style?.italic) wrapped = [h('em', {}, wrapped)];
  if (style?.bold) wrapped = [h('strong', {}, wrapped)];
  if (style?.underline) wrapped = [h('u', {}, wrapped)];
  return wrapped;
}

/** What was typed, as Slack's `rich_text_value`; null when nothing was. */
export function toRichText(text) {
  if (text.trim() === '') return null;
  const elements = [];
  const same = (type, style) => elements.at(-1)?.type === type && elements.at(-1).style === style ? elements.at(-1) : null;
  text.split(/```([\s\S]+?)```/).forEach((part, index) => {
    if (index % 2 === 1) { elements.push({ type: 'rich_text_preformatted', elements: [{ type: 'text', text: part.trim() }] }); return; }
    if (part.trim() === '') return;
    for (const line of part.replace(/^\n|\n$/g, '').split('\n')) {
      const item = /^\s*(?:([-•*])|\d+[.)]) +(.*)$/.exec(line);
      const quote = /^> ?(.*)$/.exec(line);
      if (item) {
        const style = item[1] ? 'bullet' : 'ordered';
        let list = same('rich_text_list', style);
        if (!list) elements.push(list = { type: 'rich_text_list', style, elements: [] });
        list.elements.push({ type: 'rich_text_section', elements: leaves(item[2]) });
      } else {
        const type = quote ? 'rich_text_quote' : 'rich_text_section';
        const last = same(type);
        if (last) last.elements.push({ type: 'text', text: '\n' }, ...leaves(quote ? quote[1] : line));
        else elements.push({ type, elements: leaves(quote ? quote[1] : line) });
      }
    }
  });
  return { type: 'rich_text', elements };
}

function leaves(line) {
  const walk = (nodes, style) => nodes.flatMap(node => {
    const more = Object.keys(style).length > 0 ? { style } : {};
    switch (node.t) {
      case 'text': return [{ type: 'text', text: node.v, ...more }];
      case 'code': return [{ type: 'text', text: node.v, style: { ...style, code: true } }];
      case 'link': return [{ type: 'link', url: node.url, ...more }];
      case 'emoji': return [{ type: 'emoji', name: node.name }];
      case 'bold': case 'italic': case 'strike': return walk(node.c, { ...style, [node.t]: true });
      default: return [];
    }
  });
  return walk(parse(encode(line)).flatMap(node => node.t === 'quote' ? [{ t: 'text', v: '>' }, ...node.c] : [node]), {});
}

/** A rich_text_value as the text one would type for it, to fill a rich text input. */
export function fromRichText(value) {
  const words = elements => (elements ?? []).map(child => {
    const wrap = (text, mark, on) => on ? `${mark}${text}${mark}` : text;
    const text = child.text ?? child.url ?? (child.type === 'emoji' ? `:${child.name}:` : '');
    return wrap(wrap(wrap(wrap(text, '`', child.style?.code), '~', child.style?.strike), '_', child.style?.italic), '*', child.style?.bold);
  }).join('');
  return (value?.elements ?? []).map(element => {
    if (element.type === 'rich_text_list') return element.elements.map((item, index) => `${element.style === 'ordered' ? `${index + 1}.` : '-'} ${words(item.elements)}`).join('\n');
    if (element.type === 'rich_text_quote') return `> ${words(element.elements)}`;
    if (element.type === 'rich_text_preformatted') return `\`\`\`${words(element.elements)}\`\`\``;
    return words(element.elements);
  }).join('\n');
}
