// One message: author, time, body (text, blocks, attachments, files), reactions, thread summary.

import { h, icon } from './dom.js';
import { blocks, moreBlocks, messageText } from './blocks.js';
import { mrkdwn, plainText, link, emojiNode } from './mrkdwn.js';
import { emojiOf } from './emoji.js';
import { fileUrl } from './api.js';
import { picture } from './picture.js';
import { avatar } from './avatar.js';
import { fromTs, timeOf, fullTime, shortWhen } from './dates.js';
import { Surface } from './surface.js';
import { t } from './texts.js';

/**
 * Draws messages of one channel or thread, keeping what people have typed into them from one version to the next.
 * `openThread(ts)` is null inside a thread; `dismiss(message)` takes an ephemeral message away.
 */
export class MessageView {
  #surfaces = new Map();

  constructor({ ctx, channel, openThread, dismiss }) {
    Object.assign(this, { ctx, channel, openThread, dismiss });
  }

  draw(message, { compact = false } = {}) {
    const { ctx } = this;
    const author = authorOf(message, ctx);
    const date = fromTs(message.ts);
    const time = h('time', { class: 'message-time', datetime: date.toISOString(), title: fullTime(date, ctx.zone) }, timeOf(date, ctx.zone));
    const failure = h('div', { class: 'act-error', role: 'alert', hidden: true });
    const surface = this.#surface(message, failure);
    const body = h('div', { class: 'message-body' });
    surface.values.begin();
    if (message.blocks?.length > 0) body.append(...blocks(message.blocks, surface));
    else if (message.text) body.append(messageText(message, ctx));
    body.append(...(message.attachments ?? []).map(item => attachment(item, surface, ctx)), ...(message.files ?? []).map(item => file(item, ctx)));

    const edited = message.edited ? h('span', { class: 'edited' }, t('edited')) : null;
    // Under blocks the mark would take a line of its own; beside the time it disturbs nobody.
    if (edited && (compact || !message.blocks?.length)) (body.lastElementChild ?? body).append(' ', edited);

    return h('article', {
      class: `message${message.is_ephemeral ? ' message-ephemeral' : ''}${compact ? ' message-compact' : ''}`, tabindex: '-1',
      'data-testid': 'message', 'data-ts': message.ts, 'data-ephemeral': message.is_ephemeral ? 'true' : null,
      'aria-label': `${author.name}, ${timeOf(date, ctx.zone)}`,
    },
    compact ? h('div', { class: 'message-gutter' }, time) : h('div', { class: 'message-gutter' }, avatar(author)),
    h('div', { class: 'message-main' },
      message.is_ephemeral ? h('div', { class: 'only-you' }, icon('eye'), t('onlyYou')) : null,
      compact ? null : h('div', { class: 'message-head' }, h('span', { class: 'author' }, author.name), author.isApp ? h('span', { class: 'app-badge' }, t('bot')) : null, time, edited?.parentNode ? null : edited),
      body, failure,
      reactions(message.reactions, ctx),
      this.#foot(message)));
  }

  #surface(message, failure) {
    if (!this.#surfaces.has(message.ts)) {
      this.#surfaces.set(message.ts, new Surface({
        ctx: this.ctx,
        container: {
          type: 'message', channel: this.channel, message_ts: message.ts,
          ...(message.thread_ts ? { thread_ts: message.thread_ts } : {}), ...(message.is_ephemeral ? { is_ephemeral: true } : {}),
        },
      }));
    }
    const surface = this.#surfaces.get(message.ts);
    surface.failed = text => { failure.hidden = text === null; failure.textContent = text ?? ''; };
    return surface;
  }

  #foot(message) {
    if (message.is_ephemeral) return h('button', { type: 'button', class: 'link-button dismiss', on: { click: () => this.dismiss(message) } }, t('dismiss'));
    if (!this.openThread || message.subtype === 'channel_join') return null;
    const open = () => this.openThread(message.ts);
    if (!(message.reply_count > 0)) {
      return h('button', { type: 'button', class: 'reply-button', 'aria-label': t('reply'), title: t('reply'), 'data-testid': 'reply', on: { click: open } }, icon('thread'), h('span', {}, t('replyShort')));
    }
    return h('button', { type: 'button', class: 'thread-summary', 'data-testid': 'thread-summary', on: { click: open } },
      h('span', { class: 'thread-count' }, t('replies', message.reply_count)),
      message.latest_reply ? h('span', { class: 'thread-last' }, t('lastReply', { when: shortWhen(fromTs(message.latest_reply), this.ctx.zone) })) : null);
  }
}

/** Who a message is shown as: a person, the app, or whom the app chose to be. */
function authorOf(message, ctx) {
  const user = ctx.user(message.user) ?? ctx.users(true).find(one => one.bot_id && one.bot_id === message.bot_id);
  const isApp = Boolean(message.bot_id || message.is_slackbot || user?.is_bot);
  const name = message.username || user?.real_name || user?.name || message.bot_profile?.name || message.user || 'Slackbot';
  return { id: message.user ?? message.bot_id ?? name, name, isApp, isSlackbot: message.is_slackbot === true, emoji: message.icons?.emoji ?? message.icon_emoji };
}

function attachment(item, surface, ctx) {
  const color = { good: '#2eb67d', warning: '#ecb22e', danger: '#e01e5a' }[item.color] ?? (/^#?[0-9a-f]{3,8}$/i.test(item.color ?? '') ? `#${item.color.replace('#', '')}` : null);
  const title = item.title ? (item.title_link ? link(item.title_link, plainText(item.title)) : plainText(item.title)) : null;
  return [
    item.pretext ? h('div', { class: 'text' }, mrkdwn(item.pretext, ctx)) : null,
    h('div', { class: 'attachment', css: color ? { '--bar': color } : {} },
      item.author_name ? h('div', { class: 'attachment-author' }, item.author_link ? link(item.author_link, item.author_name) : item.author_name) : null,
      title ? h('div', { class: 'attachment-title' }, title) : null,
      item.text ? h('div', { class: 'text' }, mrkdwn(item.text, ctx)) : null,
      item.fields?.length > 0 ? h('div', { class: 'fields' }, item.fields.map(field => h('div', { class: field.short ? 'field' : 'field field-wide' }, h('strong', {}, plainText(field.title ?? '')), h('div', {}, mrkdwn(field.value ?? '', ctx))))) : null,
      moreBlocks(item.blocks, surface),
      !item.text && !item.title && !item.blocks && item.fallback ? h('div', { class: 'text' }, plainText(item.fallback)) : null,
      item.image_url ? picture({ image_url: item.image_url, alt_text: item.fallback }, ctx) : null,
      item.footer || item.ts ? h('div', { class: 'attachment-foot' }, item.footer ? plainText(item.footer) : null, item.footer && item.ts ? ' · ' : null, item.ts ? shortWhen(fromTs(item.ts), ctx.zone) : null) : null),
  ].filter(Boolean).reduce((parts, node) => { parts.append(node); return parts; }, document.createDocumentFragment());
}

function file(item, ctx) {
  const name = item.title || item.name || item.id;
  if (String(item.mimetype ?? '').startsWith('image/')) {
    return h('figure', { class: 'file-image' }, h('figcaption', {}, name), h('a', { href: fileUrl(item.id), target: '_blank', rel: 'noopener' }, picture({ slack_file: { id: item.id }, alt_text: item.alt_txt || name }, ctx)));
  }
  return h('a', { class: 'file', href: fileUrl(item.id), download: item.name ?? '', 'data-testid': 'file' }, icon('file'),
    h('span', {}, h('span', { class: 'file-name' }, name), h('span', { class: 'file-kind' }, [(item.pretty_type || item.filetype || '').toUpperCase(), size(item.size)].filter(Boolean).join(' · '))));
}

const size = bytes => !(bytes >= 0) ? '' : bytes < 1024 ? `${bytes} B` : bytes < 1048576 ? `${Math.round(bytes / 1024)} KB` : `${(bytes / 1048576).toFixed(1)} MB`;

function reactions(list, ctx) {
  if (!list?.length) return null;
  return h('div', { class: 'reactions' }, list.map(item => h('span', {
    class: `reaction${item.users?.includes(ctx.me) ? ' reaction-mine' : ''}`, title: (item.users ?? []).map(id => ctx.user(id)?.name ?? id).join(', '),
  }, emojiOf(item.name) ? emojiNode(item.name) : `:${item.name}:`, h('span', {}, String(item.count ?? item.users?.length ?? 1)))));
}
