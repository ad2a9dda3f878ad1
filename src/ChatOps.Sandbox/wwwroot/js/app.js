// Starts the page and holds it together: who acts, which channel and thread are open, what the stream brings.

import { h, icon, toast } from './dom.js';
import { api } from './api.js';
import { listen } from './stream.js';
import { Sidebar } from './sidebar.js';
import { Panel } from './panel.js';
import { Modal } from './modal.js';
import { Home } from './home.js';
import { Thread } from './thread.js';
import { Conversation } from './conversation.js';
import { composer } from './composer.js';
import { Drawers } from './drawers.js';
import { useLocale, t, errorText } from './texts.js';

const root = document.getElementById('app');
const address = new URLSearchParams(location.search);

let workspace;
let ctx;
let unread = new Map();
let notices = [];
let stopListening = () => {};
let conversation = null;
let home = null;
let modal = null;
let current = null;
let box = null;

const main = h('main', { class: 'main', id: 'main', tabindex: '-1' });
const panel = new Panel({ close: () => drawers.toggle('panel', false), showSecurity, showChannel: show });
const sidebar = new Sidebar({ choose: id => { open(id); drawers.toggle('sidebar', false); }, become, close: () => drawers.toggle('sidebar', false) });
const thread = new Thread({ send, commands: () => workspace.commands ?? [], closed: () => { remember(); drawers.thread(false); } });
const drawers = new Drawers(root, { sidebar: sidebar.element, panel: panel.element, main, thread: thread.element });

/** Loads the workspace as `user` sees it and draws everything. */
async function become(user, channel = current, threadTs = null) {
  stopListening();
  const answer = await api.workspace(user);
  if (!answer.ok) { fault(answer.error); return; }
  workspace = answer;
  const me = workspace.me?.id ?? workspace.me ?? user;
  ctx = context(workspace, me);
  useLocale(ctx.user(me)?.locale);
  unread = new Map((workspace.channels ?? []).map(one => [one.id, one.unread ?? 0]));
  notices = [];
  modal?.destroy();
  modal = new Modal({ ctx });
  home = new Home({ ctx });
  thread.become(ctx);
  drawers.thread(false);
  root.removeAttribute('aria-busy');
  root.replaceChildren(h('a', { class: 'skip', href: '#main' }, t('skip')), sidebar.element, main, thread.element, panel.element, drawers.shade);
  panel.draw();
  stopListening = listen(me, events(me));
  await open(workspace.channels.some(one => one.id === channel) || channel === 'home' ? channel : (workspace.channels.find(one => one.name === 'security') ?? workspace.channels[0])?.id);
  if (threadTs) openThread(threadTs);
  const [views, aws] = await Promise.all([modal.refresh(), api.aws()]);
  if (views.ok) home.show(views.home ?? null);
  if (aws.ok) panel.show(aws);
  await panel.mails.refresh();
}

/** Who reads, and where names come from. */
function context({ users, channels }, me) {
  const byId = new Map(users.map(user => [user.id, user]));
  const channelById = new Map(channels.map(channel => [channel.id, channel]));
  return {
    me, zone: byId.get(me)?.tz || 'Asia/Seoul',
    user: id => byId.get(id), users: withBots => users.filter(user => withBots || !user.is_bot),
    channel: id => channelById.get(id), channels: () => channels,
  };
}

/** What each event of the stream does. */
function events(me) {
  return {
    message: data => arrived(data, true),
    message_changed: data => arrived(data, false),
    message_deleted: ({ channel, message }) => {
      const ts = message?.deleted_ts ?? message?.ts;
      if (channel === current) conversation?.remove(ts);
      thread.removed(channel, ts);
    },
    view: data => modal.show(data.stack ?? []),
    home: async data => { const view = data.home ?? data.view ?? (await api.views(me)).home; home.show(view ?? null); },
    notice: notice,
    aws: data => panel.show(data),
    mail: () => panel.mails.refresh(),
    reset: () => become(me, current, thread.ts),
    connection: up => main.classList.toggle('is-offline', !up),
  };
}

function arrived({ channel, message }, isNew) {
  const reply = message.thread_ts && message.thread_ts !== message.ts;
  if (reply) {
    thread.arrived(channel, message);
    if (isNew && !message.is_ephemeral && channel === current) conversation?.replied(message.thread_ts, message.ts);
    if (!message.reply_broadcast && message.subtype !== 'thread_broadcast') return;
  }
  if (channel === current) {
    conversation?.put(message);
    thread.parentChanged(channel, message);
  } else if (isNew && message.user !== ctx.me) {
    unread.set(channel, (unread.get(channel) ?? 0) + 1);
    drawSidebar();
  }
}

/** Slackbot's word to the person: in the channel now open, and as a toast when something covers it. */
function notice({ text, kind, channel, thread_ts: threadTs }) {
  const message = {
    ts: (Date.now() / 1000).toFixed(6), user: 'USLACKBOT', username: 'Slackbot', is_slackbot: true, is_ephemeral: true, is_local: true, is_notice: kind ?? 'info', text,
    ...(threadTs ? { thread_ts: threadTs } : {}),
  };
  notices.push({ channel: channel ?? current, message });
  if (threadTs && thread.ts === threadTs) thread.arrived(channel ?? current, message);
  else if (!channel || channel === current) conversation?.put(message);
  if (modal.isOpen || drawers.isCovering || current === 'home') toast(text, kind);
}

const drawSidebar = () => sidebar.draw({ workspace, ctx, current, unread });

/** Opens a channel, or the app's home. */
async function open(id) {
  if (!id) return;
  const changed = id !== current;
  current = id;
  unread.set(id, 0);
  drawSidebar();
  if (changed) thread.close();
  conversation?.close();
  conversation = null;
  const channel = ctx.channel(id);
  const name = id === 'home' ? `ChatOps · ${t('home')}` : channel.is_im ? channel.name : `#${channel.name}`;
  document.title = `${name} · ChatOps sandbox`;
  const head = h('header', { class: 'main-head' },
    h('button', { type: 'button', class: 'icon-button menu-button', 'aria-label': t('openChannels'), 'data-testid': 'open-channels', on: { click: () => drawers.toggle('sidebar', true) } }, icon('menu')),
    h('h2', { class: 'main-title' }, name),
    h('button', { type: 'button', class: 'btn btn-small panel-button', 'aria-label': t('openPanel'), 'aria-controls': 'panel', 'data-testid': 'open-panel', on: { click: () => drawers.toggle('panel') } }, icon('cloud'), t('aws')));
  const offline = h('div', { class: 'offline', role: 'status' }, t('reconnecting'));
  remember();
  if (id === 'home') {
    box = null;
    main.replaceChildren(head, offline, home.element);
    await api.openHome(ctx.me);
    return;
  }
  const shown = conversation = new Conversation({
    ctx, channel: id, label: t('messagesIn', { channel: name }), openThread,
    empty: () => h('div', { class: 'empty' }, h('p', { class: 'empty-title' }, t('emptyChannel')), channel.name === 'security'
      ? [h('p', {}, t('emptySecurity')), h('button', { type: 'button', class: 'btn btn-primary', on: { click: () => drawers.toggle('panel', true) } }, t('openPanel'))] : null),
  });
  box = composer({ label: t('composer', { channel: name }), testId: 'composer', commands: () => workspace.commands ?? [], send: text => send(text) });
  main.replaceChildren(head, offline, shown.element, box);
  for (const one of notices) if (one.channel === id && !one.message.thread_ts) shown.put(one.message);
  const answer = await shown.load(() => api.messages(id, ctx.me));
  if (!answer.ok) toast(errorText(answer.error), 'error');
}

function openThread(ts) {
  thread.open({ channel: current, ts, parent: conversation?.get(ts) });
  drawers.thread(true);
  remember();
}

/** Sends what was typed; resolves to whether it went out. */
async function send(text, threadTs) {
  const channel = current;
  let answer;
  if (text.startsWith('/')) {
    const [command] = text.split(/\s/);
    if (!(workspace.commands ?? []).some(one => one.command === command)) {
      notice({ text: t('notCommand', { command }), kind: 'error', channel, thread_ts: threadTs });
      return true;
    }
    answer = await api.command({ user: ctx.me, channel, ...(threadTs ? { thread_ts: threadTs } : {}), text });
  } else {
    answer = await api.message({ user: ctx.me, channel, ...(threadTs ? { thread_ts: threadTs } : {}), text });
    if (answer.ok && !threadTs) conversation?.toEnd();
  }
  if (!answer.ok && answer.error === 'unreachable') toast(errorText(answer.error), 'error');
  return answer.ok || answer.error !== 'unreachable';
}

function showSecurity() { show('security'); }

function show(name) {
  const channel = workspace.channels.find(one => one.name === name);
  if (channel && current !== channel.id) open(channel.id);
  drawers.uncover();
}

/** Keeps the address in step, so that a reload shows the same. */
function remember() {
  const values = new URLSearchParams({ as: ctx.me, channel: ctx.channel(current)?.name ?? current });
  if (thread.ts) values.set('thread', thread.ts);
  history.replaceState(null, '', `?${values}`);
}

function fault(error) {
  root.removeAttribute('aria-busy');
  root.replaceChildren(h('main', { class: 'fault' }, h('p', { role: 'alert' }, errorText(error)), h('button', { type: 'button', class: 'btn', on: { click: () => location.reload() } }, '↻')));
}

addEventListener('keydown', event => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || document.querySelector('dialog[open]')) return;
  if (event.key === 'Escape') {
    if (drawers.uncover() || thread.close()) event.preventDefault();
  } else if (event.key === '/' && !event.target.closest('input,textarea,select,[contenteditable]')) {
    event.preventDefault();
    drawers.uncover();
    box?.focusBox('/');
  }
});

/** Whom to act as without a wish in the address: someone of the sandbox's own people who reads the browser's language. */
const suited = () => navigator.language.toLowerCase().startsWith('ko') ? 'U0MINHO' : 'U0ALEX';

async function start() {
  useLocale(navigator.language);
  let answer = await api.workspace(address.get('as') || suited());
  if (!answer.ok && address.has('as')) answer = await api.workspace(suited());
  if (!answer.ok) { fault(answer.error); return; }
  const wanted = address.get('channel');
  const channel = wanted === 'home' ? wanted : answer.channels.find(one => one.name === wanted || one.id === wanted)?.id;
  await become(answer.me?.id ?? answer.me, channel, address.get('thread'));
}

start();
