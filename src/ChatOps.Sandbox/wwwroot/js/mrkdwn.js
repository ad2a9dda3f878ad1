// Slack's mrkdwn: parsed into a small tree, then rendered as DOM. The tree also feeds the rich text input.
// https://docs.slack.dev/messaging/formatting-message-text

import { h } from './dom.js';
import { emojiOf, withEmoji } from './emoji.js';
import { slackDate, fullTime } from './dates.js';

/** Undoes Slack's three escapes. */
const decode = text => text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');

/** Does Slack's three escapes. */
export const encode = text => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** Whether an address may be made a link: never `javascript:` and the like. */
export const isSafeLink = url => /^(https?:\/\/|mailto:|tel:)/i.test(url);

const wordCharacter = /[\p{L}\p{N}]/u;
const marks = { '*': 'bold', _: 'italic', '~': 'strike' };

/** Parses text into nodes: text, br, bold, italic, strike, code, pre, quote, link, user, channel, group, broadcast, date, emoji. */
export function parse(text) {
  const nodes = [];
  const parts = String(text ?? '').split(/```([\s\S]+?)```/);
  parts.forEach((part, index) => {
    if (index % 2 === 1) nodes.push({ t: 'pre', v: flatten(part.replace(/^\n/, '').replace(/\n$/, '')) });
    else nodes.push(...parseLines(part, index > 0, index < parts.length - 1));
  });
  return nodes;
}

function parseLines(text, afterPre, beforePre) {
  if (afterPre) text = text.replace(/^\n/, '');
  if (beforePre) text = text.replace(/\n$/, '');
  if (text === '') return [];
  const nodes = [];
  let quote = null;
  let first = true;
  for (const line of text.split('\n')) {
    const quoted = /^(?:&gt;|>) ?(.*)$/.exec(line);
    if (quoted) {
      if (quote) quote.c.push({ t: 'br' });
      else nodes.push(quote = { t: 'quote', c: [] });
      quote.c.push(...inline(quoted[1]));
    } else {
      if (!first && !quote) nodes.push({ t: 'br' });
      quote = null;
      nodes.push(...inline(line));
    }
    first = false;
  }
  return nodes;
}

/** What remains of links and mentions where no formatting is allowed: their words. */
const flatten = text => decode(text.replace(/<([^<>|]+)\|([^<>]*)>/g, '$2').replace(/<((?:https?:|mailto:)[^<>|]+)>/g, '$1'));

function inline(text) {
  const nodes = [];
  let plain = '';
  const flush = () => { if (plain) nodes.push({ t: 'text', v: decode(plain) }); plain = ''; };
  const add = (node, length) => { flush(); nodes.push(node); i += length; };
  let i = 0;
  while (i < text.length) {
    const rest = text.slice(i);
    const before = text[i - 1] ?? '';
    const character = text[i];
    let match;
    if (character === '<' && (match = /^<([^<>\n]+)>/.exec(rest))) {
      const node = control(match[1]);
      if (node) { add(node, match[0].length); continue; }
    } else if (character === '`' && (match = /^`([^`\n]+)`/.exec(rest))) {
      add({ t: 'code', v: flatten(match[1]) }, match[0].length);
      continue;
    } else if (character === ':' && (match = /^:([a-z0-9_+'-]+(?:::skin-tone-\d)?):/.exec(rest)) && emojiOf(match[1])) {
      add({ t: 'emoji', name: match[1] }, match[0].length);
      continue;
    } else if (marks[character] && !wordCharacter.test(before)) {
      const end = closing(text, i);
      if (end > 0) { add({ t: marks[character], c: inline(text.slice(i + 1, end)) }, end + 1 - i); continue; }
    } else if (character === 'h' && !wordCharacter.test(before) && (match = /^https?:\/\/[^\s<>|*`]+[^\s<>|*`.,;:!?)'"\]]/.exec(rest))) {
      add({ t: 'link', url: decode(match[0]), label: null }, match[0].length);
      continue;
    }
    plain += character;
    i++;
  }
  flush();
  return nodes;
}

/** Where the mark opened at `start` closes: before no word character, after no space, outside code and controls; or -1. */
function closing(text, start) {
  const mark = text[start];
  if (!text[start + 1] || /\s/.test(text[start + 1]) || text[start + 1] === mark) return -1;
  for (let i = start + 1; i < text.length; i++) {
    const skip = /^(?:<[^<>\n]+>|`[^`\n]+`)/.exec(text.slice(i));
    if (skip) { i += skip[0].length - 1; continue; }
    if (text[i] === mark && !/\s/.test(text[i - 1]) && !wordCharacter.test(text[i + 1] ?? '')) return i;
  }
  return -1;
}

/** What stands between angle brackets. Null when it is nothing that Slack knows. */
function control(body) {
  const bar = body.indexOf('|');
  const target = bar < 0 ? body : body.slice(0, bar);
  const label = bar < 0 ? null : decode(body.slice(bar + 1));
  let match;
  if ((match = /^@([UWB][A-Z0-9]+)$/.exec(target))) return { t: 'user', id: match[1], label };
  if ((match = /^#([CG][A-Z0-9]+)$/.exec(target))) return { t: 'channel', id: match[1], label };
  if ((match = /^!subteam\^([A-Z0-9]+)$/.exec(target))) return { t: 'group', id: match[1], label };
  if ((match = /^!(here|channel|everyone)$/.exec(target))) return { t: 'broadcast', range: match[1] };
  if ((match = /^!date\^(-?\d+)\^([^^]+)(?:\^(.+))?$/.exec(target))) {
    return { t: 'date', seconds: Number(match[1]), format: match[2], url: match[3] ? decode(match[3]) : null, fallback: label ?? '' };
  }
  const url = decode(target);
  return isSafeLink(url) ? { t: 'link', url, label: label || null } : null;
}

/** A link that opens elsewhere and tells nothing about this page; the bare words when the address is not safe. */
export function link(url, ...children) {
  if (!isSafeLink(url)) return h('span', {}, ...children);
  return h('a', { href: url, target: '_blank', rel: 'noopener noreferrer nofollow', class: 'link' }, ...children);
}

/** A mention of a person, with the reader's own set off. */
export function userMention(id, label, ctx) {
  const user = ctx.user(id);
  return h('span', { class: id === ctx.me ? 'mention mention-me' : 'mention' }, `@${user?.name ?? label ?? id}`);
}

export const channelMention = (id, label, ctx) => h('span', { class: 'mention' }, `#${ctx.channel(id)?.name ?? label ?? id}`);

export const broadcastMention = range => h('span', { class: 'mention mention-me' }, `@${range}`);

export function emojiNode(name) {
  return h('span', { class: 'emoji', role: 'img', 'aria-label': name.replaceAll('_', ' ') }, emojiOf(name) ?? `:${name}:`);
}

export function dateNode(seconds, template, url, fallback, ctx) {
  const text = slackDate(seconds, template, ctx.zone);
  // Out of a calendar's range only the fallback can be said.
  const time = text === null ? h('span', {}, fallback) : h('time', { title: fullTime(new Date(seconds * 1000), ctx.zone) }, text);
  return url ? link(url, time) : time;
}

function renderNode(node, ctx) {
  const children = () => node.c.map(child => renderNode(child, ctx));
  switch (node.t) {
    case 'text': return node.v;
    case 'br': return h('br');
    case 'bold': return h('strong', {}, children());
    case 'italic': return h('em', {}, children());
    case 'strike': return h('s', {}, children());
    case 'code': return h('code', {}, node.v);
    case 'pre': return h('pre', { tabindex: '0' }, h('code', {}, node.v));
    case 'quote': return h('blockquote', {}, children());
    case 'link': return link(node.url, node.label ? withEmoji(node.label) : node.url.replace(/^mailto:/, ''));
    case 'user': return userMention(node.id, node.label, ctx);
    case 'channel': return channelMention(node.id, node.label, ctx);
    case 'group': return h('span', { class: 'mention' }, `@${(node.label ?? node.id).replace(/^@/, '')}`);
    case 'broadcast': return broadcastMention(node.range);
    case 'date': return dateNode(node.seconds, node.format, node.url, node.fallback, ctx);
    case 'emoji': return emojiNode(node.name);
    default: return '';
  }
}

/** mrkdwn as DOM nodes. `ctx`: `user(id)`, `channel(id)`, `me`, `zone`. */
export const mrkdwn = (text, ctx) => parse(text).map(node => renderNode(node, ctx));

/** plain_text: only emoji (unless switched off) and line breaks. */
export function plainText(object) {
  const text = decode(String(object?.text ?? object ?? ''));
  return object?.emoji === false ? text : withEmoji(text);
}

/** A text object of either kind as DOM nodes. */
export const textObject = (object, ctx) => object?.type === 'mrkdwn' ? mrkdwn(object.text, ctx) : lines(plainText(object));

const lines = text => text.split('\n').flatMap((line, index) => index ? [h('br'), line] : [line]);
