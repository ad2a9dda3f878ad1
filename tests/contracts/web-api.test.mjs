// Slack's own client drives the sandbox's Web API: every method the bot uses.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { ErrorCode, LogLevel, WebClient } from '@slack/web-api';
import { catchingBot, startSandbox, token } from './sandbox.mjs';

const security = 'C0SECURITY';
const go = { type: 'button', action_id: 'finding.acknowledge', value: 'f-1', text: { type: 'plain_text', text: 'Go' } };
const modal = (more = {}) => ({ type: 'modal', title: { type: 'plain_text', text: 'Title' }, blocks: [{ type: 'divider' }], ...more });

let bot;
let sandbox;
let slack;

before(async () => {
  bot = await catchingBot();
  sandbox = await startSandbox({ botUrl: bot.url });
  slack = client();
});
after(async () => {
  await sandbox?.stop();
  bot?.stop();
});

const client = (more = {}) => new WebClient(token, { slackApiUrl: sandbox.api, logLevel: LogLevel.ERROR, retryConfig: { retries: 0 }, ...more });

const refusal = async (call, code) => {
  const error = await call.then(() => assert.fail(`expected ${code}`), (e) => e);
  assert.equal(error.code, ErrorCode.PlatformError, error.stack);
  assert.equal(error.data.error, code);
  return error;
};

describe('authentication', () => {
  it('says who the bot is', async () => {
    const me = await slack.auth.test();
    assert.deepEqual([me.team_id, me.user_id, me.bot_id], ['T0SANDBOX', 'U0CHATOPS', 'B0CHATOPS']);
    assert.ok((await slack.api.test()).ok);
  });

  it('refuses a missing and a wrong token', async () => {
    await refusal(new WebClient(undefined, { slackApiUrl: sandbox.api, logLevel: LogLevel.ERROR }).auth.test(), 'not_authed');
    await refusal(new WebClient('xoxb-wrong', { slackApiUrl: sandbox.api, logLevel: LogLevel.ERROR }).auth.test(), 'invalid_auth');
  });
});

describe('messages', () => {
  it('posts, updates, links and deletes', async () => {
    const posted = await slack.chat.postMessage({
      channel: security,
      text: 'CRITICAL: S3.8',
      blocks: [{ type: 'section', text: { type: 'mrkdwn', text: '*S3.8*' } }, { type: 'actions', elements: [go] }],
    });
    assert.equal(posted.message.blocks[0].text.verbatim, false);
    assert.ok(posted.message.blocks[0].block_id);

    const updated = await slack.chat.update({ channel: security, ts: posted.ts, text: 'Resolved', blocks: [] });
    assert.equal(updated.text, 'Resolved');
    assert.equal(updated.message.blocks, undefined);

    const link = await slack.chat.getPermalink({ channel: security, message_ts: posted.ts });
    assert.match(link.permalink, /^https:\/\/bighead\.slack\.com\/archives\/C0SECURITY\/p\d{16}$/);

    await slack.chat.delete({ channel: security, ts: posted.ts });
    await refusal(slack.chat.delete({ channel: security, ts: posted.ts }), 'message_not_found');
  });

  it('shows an ephemeral message to its reader only', async () => {
    await slack.chat.postEphemeral({ channel: security, user: 'U0MINHO', text: 'only you' });
    const seen = async (user) => (await sandbox.read(`messages?channel=${security}&user=${user}`)).messages.some((m) => m.text === 'only you');
    assert.equal(await seen('U0MINHO'), true);
    assert.equal(await seen('U0SORA'), false);
    const history = await slack.conversations.history({ channel: security });
    assert.ok(history.messages.every((m) => m.text !== 'only you'));
  });

  it('returns metadata from history when asked', async () => {
    const metadata = { event_type: 'chatops_subject', event_payload: { subject: 'finding:1', delivery: 'd-1' } };
    const { ts } = await slack.chat.postMessage({ channel: 'C0ALERTS', text: 'x', metadata });
    const plain = await slack.conversations.history({ channel: 'C0ALERTS', latest: ts, inclusive: true, limit: 1 });
    const all = await slack.conversations.history({ channel: 'C0ALERTS', latest: ts, inclusive: true, limit: 1, include_all_metadata: true });
    assert.equal(plain.messages[0].metadata, undefined);
    assert.deepEqual(all.messages[0].metadata, metadata);
  });

  it('names the place of a fault in blocks', async () => {
    const error = await refusal(slack.chat.postMessage({ channel: security, text: 'x', blocks: [{ type: 'header', text: { type: 'plain_text', text: 'x'.repeat(151) } }] }), 'invalid_blocks');
    assert.deepEqual(error.data.response_metadata.messages, ['[ERROR] must be less than 151 characters [json-pointer:/blocks/0/text/text]']);
  });

  it('refuses channels that do not exist or that the bot is not in', async () => {
    await refusal(slack.chat.postMessage({ channel: 'C0NOWHERE', text: 'x' }), 'channel_not_found');
    await refusal(slack.chat.postMessage({ channel: 'C0RANDOM', text: 'x' }), 'not_in_channel');
  });
});

describe('conversations', () => {
  it('pages through channels with the client\'s own iterator', async () => {
    const ids = new Set();
    let pages = 0;
    for await (const page of slack.paginate('conversations.list', { limit: 3, types: 'public_channel' })) {
      pages += 1;
      for (const channel of page.channels) ids.add(channel.id);
    }
    assert.equal(ids.size, 8);
    assert.equal(pages, 3);
  });

  it('gives info, members, threads and direct messages', async () => {
    assert.equal((await slack.conversations.info({ channel: security, include_num_members: true })).channel.num_members, 5);
    assert.ok((await slack.conversations.members({ channel: security })).members.includes('U0ALEX'));
    const { ts } = await slack.chat.postMessage({ channel: security, text: 'parent' });
    await slack.chat.postMessage({ channel: security, text: 'reply', thread_ts: ts });
    const { messages } = await slack.conversations.replies({ channel: security, ts });
    assert.deepEqual(messages.map((m) => m.text), ['parent', 'reply']);
    assert.equal(messages[0].reply_count, 1);
    const direct = await slack.conversations.open({ users: 'U0JIYEON' });
    assert.ok((await slack.chat.postMessage({ channel: direct.channel.id, text: 'hello' })).ok);
  });

  it('joins', async () => {
    assert.equal((await slack.conversations.join({ channel: 'C0RANDOM' })).channel.is_member, true);
  });
});

describe('people', () => {
  it('finds people by id, list and address', async () => {
    assert.equal((await slack.users.info({ user: 'U0JIYEON', include_locale: true })).user.locale, 'ko-KR');
    const ids = [];
    for await (const page of slack.paginate('users.list', { limit: 2 })) ids.push(...page.members.map((m) => m.id));
    assert.equal(ids.length, 5);
    assert.equal((await slack.users.lookupByEmail({ email: 'alex@bighead.example' })).user.id, 'U0ALEX');
    await refusal(slack.users.lookupByEmail({ email: 'nobody@bighead.example' }), 'users_not_found');
  });

  it('lists user groups and who is in them', async () => {
    const { usergroups } = await slack.usergroups.list({ include_users: true });
    const group = usergroups.find((g) => g.handle === 'sec-oncall');
    assert.deepEqual((await slack.usergroups.users.list({ usergroup: group.id })).users, group.users);
  });
});

describe('files', () => {
  it('uploads with uploadV2 into a thread', async () => {
    const { ts } = await slack.chat.postMessage({ channel: security, text: 'storm' });
    await slack.files.uploadV2({ channel_id: security, thread_ts: ts, filename: 'findings.csv', title: 'All findings', initial_comment: 'all 412', file: Buffer.from('id,title\n') });
    const { messages } = await sandbox.read(`replies?channel=${security}&ts=${ts}&user=U0MINHO`);
    const file = messages[1].files[0];
    assert.equal(file.title, 'All findings');
    assert.equal(await (await fetch(`${sandbox.url}${file.url_private}`)).text(), 'id,title\n');
  });
});

describe('views', () => {
  const trigger = async () => {
    await sandbox.page('command', { user: 'U0MINHO', channel: 'C0GENERAL', text: '/finding list' });
    return bot.last().get('trigger_id');
  };

  it('opens once, updates by hash, publishes a home', async () => {
    const trigger_id = await trigger();
    const opened = await slack.views.open({ trigger_id, view: modal({ external_id: 'x' }) });
    await refusal(slack.views.open({ trigger_id, view: modal() }), 'exchanged_trigger_id');
    await slack.views.update({ external_id: 'x', hash: opened.view.hash, view: modal() });
    await refusal(slack.views.update({ view_id: opened.view.id, hash: opened.view.hash, view: modal() }), 'hash_conflict');
    const home = await slack.views.publish({ user_id: 'U0MINHO', view: { type: 'home', blocks: [{ type: 'divider' }] } });
    assert.equal(home.view.type, 'home');
  });

  it('pushes from a click within the modal', async () => {
    const blocks = [{ type: 'actions', block_id: 'act', elements: [go] }];
    const { view } = await slack.views.open({ trigger_id: await trigger(), view: modal({ blocks }) });
    await sandbox.page('action', { user: 'U0MINHO', container: { type: 'view', view_id: view.id }, block_id: 'act', action_id: go.action_id, action: { type: 'button' } });
    const pushed = await slack.views.push({ trigger_id: JSON.parse(bot.last().get('payload')).trigger_id, view: modal() });
    assert.equal(pushed.view.previous_view_id, view.id);
    assert.equal(pushed.view.root_view_id, view.id);
  });

  it('refuses unknown triggers and titles that are too long', async () => {
    await refusal(slack.views.open({ trigger_id: '1.2.3', view: modal() }), 'invalid_trigger_id');
    await refusal(slack.views.push({ trigger_id: '1.2.3', view: modal() }), 'invalid_trigger_id');
    const error = await refusal(slack.views.open({ trigger_id: '1.2.3', view: modal({ title: { type: 'plain_text', text: 'x'.repeat(25) } }) }), 'invalid_arguments');
    assert.match(error.data.response_metadata.messages[0], /less than 25 characters \[json-pointer:\/view\/title\/text\]/);
  });
});

describe('rate limits', () => {
  it('are waited for by the client, as Retry-After says', async () => {
    await sandbox.page('slack/faults', { ratelimit_seconds: 1, method: 'chat.postMessage' });
    const limits = [];
    const patient = client({ retryConfig: { retries: 3, minTimeout: 1, maxTimeout: 10 } });
    patient.on('rate_limited', (seconds) => limits.push(seconds));
    assert.ok((await patient.chat.postMessage({ channel: 'C0COSTS', text: 'patience' })).ok);
    assert.deepEqual(limits, [1]);
  });

  it('are an error for a client that does not wait', async () => {
    await sandbox.page('slack/faults', { ratelimit_seconds: 30, method: 'users.info' });
    const error = await client({ rejectRateLimitedCalls: true }).users.info({ user: 'U0MINHO' }).catch((e) => e);
    assert.equal(error.code, ErrorCode.RateLimitedError);
    assert.ok(error.retryAfter > 25 && error.retryAfter <= 30);
  });
});
