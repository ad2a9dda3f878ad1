// The type check itself, and, when RENDERED_DIR names them, everything the bot renders.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { check } from './types/check.mjs';

const section = { type: 'section', text: { type: 'mrkdwn', text: 'x' } };

async function checked(files) {
  const folder = await mkdtemp(join(tmpdir(), 'rendered-'));
  try {
    for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), JSON.stringify(content));
    return await check(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

it('accepts messages, views and lists of blocks that Slack\'s types accept', async () => {
  const { checked: count, errors } = await checked({
    'message.json': { text: 'x', blocks: [section], metadata: { event_type: 'chatops_subject', event_payload: { subject: 's' } } },
    'modal.json': { type: 'modal', title: { type: 'plain_text', text: 't' }, blocks: [section] },
    'home.json': { type: 'home', blocks: [{ type: 'divider' }] },
    'blocks.json': [{ type: 'table', rows: [[{ type: 'raw_text', text: 'x' }]] }],
  });
  assert.deepEqual(errors, []);
  assert.equal(count, 4);
});

it('names the file with an unknown field, a missing one and a wrong value', async () => {
  const { errors } = await checked({
    'good.json': { text: 'x', blocks: [section] },
    'unknown-field.json': { text: 'x', blocks: [{ ...section, colour: 'red' }] },
    'missing-title.json': { type: 'modal', blocks: [] },
    'wrong-style.json': [{ type: 'actions', elements: [{ type: 'button', style: 'green', text: { type: 'plain_text', text: 'x' } }] }],
    'nothing.json': { hello: 'world' },
  });
  const files = new Set(errors.filter((e) => /^\S+\.json: /.test(e)).map((e) => e.split(':')[0]));
  assert.deepEqual(files, new Set(['missing-title.json', 'nothing.json', 'unknown-field.json', 'wrong-style.json']));
});

it('accepts everything the bot renders', { skip: process.env.RENDERED_DIR ? false : 'RENDERED_DIR is not set' }, async () => {
  const { checked: count, errors } = await check(process.env.RENDERED_DIR);
  assert.ok(count > 0, 'RENDERED_DIR holds no JSON files');
  assert.deepEqual(errors, []);
});
