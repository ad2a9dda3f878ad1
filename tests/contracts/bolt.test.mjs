// An app on Slack's own framework takes the sandbox's signed requests: signature, routing and every payload it parses.
import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import bolt from '@slack/bolt';
import { signingSecret, startSandbox, token, until } from './sandbox.mjs';

const { App, HTTPReceiver, LogLevel } = bolt;
const security = 'C0SECURITY';
const seen = {};

let app;
let sandbox;

before(async () => {
  const receiver = new HTTPReceiver({
    signingSecret,
    endpoints: ['/slack/commands', '/slack/interactions', '/slack/options', '/slack/events'],
    logLevel: LogLevel.ERROR,
  });
  const clientOptions = {};
  app = new App({
    receiver,
    logLevel: LogLevel.ERROR,
    clientOptions,
    authorize: async () => ({ botToken: token, botId: 'B0CHATOPS', botUserId: 'U0CHATOPS' }),
  });
  const server = await app.start({ port: 0, host: '127.0.0.1' });
  sandbox = await startSandbox({ botUrl: `http://127.0.0.1:${server.address().port}` });
  clientOptions.slackApiUrl = sandbox.api;
});
after(async () => {
  await sandbox?.stop();
  await app?.stop();
});

const post = async (blocks) => {
  const response = await fetch(`${sandbox.api}chat.postMessage`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json; charset=utf-8' },
    body: JSON.stringify({ channel: security, text: 'a finding', blocks }),
  });
  return (await response.json()).ts;
};
const message = (ts) => ({ type: 'message', channel: security, message_ts: ts });
const call = async (method, body) => (await fetch(`${sandbox.api}${method}`, {
  method: 'POST',
  headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json; charset=utf-8' },
  body: JSON.stringify(body),
})).json();

it('takes a slash command and answers it through respond', async () => {
  app.command('/finding', async ({ command, ack, respond }) => {
    seen.command = command;
    await ack();
    await respond({ text: `you asked: ${command.text}` });
  });

  const result = await sandbox.page('command', { user: 'U0MINHO', channel: security, text: '/finding list 한글' });

  assert.deepEqual(result, { ok: true });
  assert.equal(seen.command.user_name, 'minho');
  const answer = await until(async () => (await sandbox.read(`messages?channel=${security}&user=U0MINHO`)).messages.find((m) => m.text === 'you asked: list 한글'));
  assert.equal(answer.is_ephemeral, true);
});

it('takes a click and replaces the message through respond', async () => {
  app.action('finding.acknowledge', async ({ ack, action, body, respond }) => {
    seen.action = { action, body };
    await ack();
    await respond({ text: 'acknowledged', replace_original: true });
  });
  const ts = await post([{ type: 'actions', block_id: 'act', elements: [{ type: 'button', action_id: 'finding.acknowledge', value: 'f-1', text: { type: 'plain_text', text: 'Acknowledge' } }] }]);

  const result = await sandbox.page('action', { user: 'U0JIYEON', container: message(ts), block_id: 'act', action_id: 'finding.acknowledge', action: { type: 'button' } });

  assert.deepEqual(result, { ok: true });
  assert.equal(seen.action.action.value, 'f-1');
  assert.equal(seen.action.body.message.ts, ts);
  await until(async () => (await sandbox.read(`messages?channel=${security}&user=U0SORA`)).messages.find((m) => m.ts === ts && m.text === 'acknowledged'));
});

it('gives options to an external select', async () => {
  app.options('finding.owner', async ({ ack, payload }) => ack({ options: [{ text: { type: 'plain_text', text: `${payload.value}!` }, value: payload.value }] }));
  const ts = await post([{ type: 'actions', block_id: 'act', elements: [{ type: 'external_select', action_id: 'finding.owner' }] }]);

  const { options } = await sandbox.page('options', { user: 'U0MINHO', container: message(ts), block_id: 'act', action_id: 'finding.owner', value: 'sec' });

  assert.equal(options[0].value, 'sec');
});

it('opens a modal, answers errors, takes the submission and hears of closing', async () => {
  const view = {
    type: 'modal',
    callback_id: 'finding.suppress',
    notify_on_close: true,
    title: { type: 'plain_text', text: 'Suppress' },
    submit: { type: 'plain_text', text: 'Suppress' },
    blocks: [{ type: 'input', block_id: 'reason', label: { type: 'plain_text', text: 'Why?' }, element: { type: 'plain_text_input', action_id: 'value' } }],
  };
  app.action('finding.suppress', async ({ ack, body }) => {
    await ack();
    seen.opened = await call('views.open', { trigger_id: body.trigger_id, view });
  });
  app.view('finding.suppress', async ({ ack, view: submitted }) => {
    const reason = submitted.state.values.reason.value.value;
    if (reason.length < 5) await ack({ response_action: 'errors', errors: { reason: 'Say more' } });
    else await ack();
  });
  app.view({ callback_id: 'finding.suppress', type: 'view_closed' }, async ({ ack, body }) => {
    seen.closed = body;
    await ack();
  });
  const ts = await post([{ type: 'actions', block_id: 'act', elements: [{ type: 'button', action_id: 'finding.suppress', text: { type: 'plain_text', text: 'Suppress…' } }] }]);
  const open = async () => {
    seen.opened = undefined;
    await sandbox.page('action', { user: 'U0ALEX', container: message(ts), block_id: 'act', action_id: 'finding.suppress', action: { type: 'button' } });
    return (await until(() => seen.opened)).view.id;
  };
  const submit = (id, value) => sandbox.page('view/submit', { user: 'U0ALEX', view_id: id, state: { values: { reason: { value: { type: 'plain_text_input', value } } } } });
  const stack = async () => (await sandbox.read('views?user=U0ALEX')).stack;

  const first = await open();
  assert.deepEqual(await submit(first, 'no'), { ok: false, errors: { reason: 'Say more' } });
  assert.deepEqual((await stack())[0].errors, { reason: 'Say more' });
  assert.deepEqual(await submit(first, 'legacy import'), { ok: true });
  assert.deepEqual(await stack(), []);

  const second = await open();
  await sandbox.page('view/close', { user: 'U0ALEX', view_id: second });
  assert.equal((await until(() => seen.closed)).view.id, second);
});

it('hears a mention, a direct message and the home tab being opened', async () => {
  const events = [];
  app.event('app_mention', async ({ event }) => events.push(['mention', event.text]));
  app.event('app_home_opened', async ({ event }) => events.push(['home', event.user]));
  app.message(async ({ message: said }) => events.push([said.channel_type, said.text]));

  await sandbox.page('message', { user: 'U0SORA', channel: security, text: '@chatops help' });
  await sandbox.page('message', { user: 'U0SORA', channel: 'D0SORA', text: 'hello' });
  await sandbox.page('home/open', { user: 'U0SORA' });

  await until(() => events.length >= 4);
  assert.deepEqual(new Set(events.map((e) => e.join(' '))), new Set(['mention <@U0CHATOPS> help', 'channel <@U0CHATOPS> help', 'im hello', 'home U0SORA']));
});

it('is told apart from a forger', async () => {
  const forged = await fetch(`${(await sandboxBot())}/slack/commands`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', 'x-slack-request-timestamp': `${Math.floor(Date.now() / 1000)}`, 'x-slack-signature': `v0=${'0'.repeat(64)}` },
    body: 'command=%2Ffinding&text=',
  });
  assert.equal(forged.status, 401);
});

async function sandboxBot() {
  const { address, port } = app.receiver.server.address();
  return `http://${address}:${port}`;
}
