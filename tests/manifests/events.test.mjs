// The rules of intake.yaml and member.yaml against real events: each kind we read is let through by one rule, the rest is not.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';
import { template } from './template.mjs';

/** EventBridge's pattern language, as far as the templates use it. */
function matches(pattern, event) {
  return Object.entries(pattern).every(([key, wanted]) => {
    const value = event?.[key];
    if (!Array.isArray(wanted)) return matches(wanted, value);
    return wanted.some((one) => {
      if (typeof one !== 'object') return value === one;
      if ('prefix' in one) return typeof value === 'string' && value.startsWith(one.prefix);
      if ('exists' in one) return (value !== undefined) === one.exists;
      throw new Error(`a pattern this test does not know: ${JSON.stringify(one)}`);
    });
  });
}

// A rule under a condition is for what the operator names.
const rulesOf = (name) => Object.entries(template(name).Resources).filter(([, { Type, Condition }]) => Type === 'AWS::Events::Rule' && Condition !== 'HasMoreCalls').map(([id, { Properties }]) => ({ id, ...Properties }));
const central = rulesOf('intake');
const forwarding = rulesOf('member');
const taking = (rules, event) => rules.filter(({ EventPattern }) => matches(EventPattern, event)).map(({ id }) => id);

const samples = readdirSync(new URL('data/events/', import.meta.url)).map((file) => ({ file, event: JSON.parse(readFileSync(new URL(`data/events/${file}`, import.meta.url))) }));
// The tables that the bot reads by, and not a copy of them.
const table = (file) => readFileSync(new URL(`../../src/Domains/ChatOps.Tagging/${file}.tsv`, import.meta.url), 'utf8').trim().split('\n').filter((line) => !line.startsWith('#')).slice(1).map((line) => line.split('\t')).map(([source, name]) => [`${source}.amazonaws.com`, name]);
const calls = [...table('CreateEvents'), ...table('DeleteEvents')];
const call = (eventSource, eventName, more = {}) => ({ source: `aws.${eventSource.split('.')[0]}`, 'detail-type': 'AWS API Call via CloudTrail', detail: { eventSource, eventName, ...more } });

// What a rule matches more than once would be delivered twice.
for (const { file, event } of samples) {
  const failed = event.detail?.errorCode !== undefined;
  test(`${file} is ${failed ? 'left out' : 'forwarded and taken once'}`, () => {
    assert.equal(taking(forwarding, event).length, failed ? 0 : 1);
    assert.equal(taking(central, event).length, failed ? 0 : 1, taking(central, event).join());
  });
}

test('every call that automatic tagging and the inventory know is forwarded and taken once', () => {
  assert.ok(calls.length > 1000);
  for (const [eventSource, eventName] of calls) {
    assert.equal(taking(forwarding, call(eventSource, eventName)).length, 1, `${eventSource} ${eventName} forwarded`);
    assert.equal(taking(central, call(eventSource, eventName)).length, 1, `${eventSource} ${eventName} taken`);
    assert.equal(taking(central, call(eventSource, eventName, { errorCode: 'AccessDenied' })).length, 0);
  }
});

test('what only looks is not taken', () => {
  for (const [eventSource, eventName] of [['ec2.amazonaws.com', 'DescribeInstances'], ['ec2.amazonaws.com', 'DeleteTags'], ['logs.amazonaws.com', 'CreateLogStream'], ['kms.amazonaws.com', 'CreateGrant']]) {
    assert.deepEqual(taking(central, call(eventSource, eventName)), []);
  }
});

test('a pattern is not longer than EventBridge takes', () => {
  for (const { id, EventPattern } of [...central, ...forwarding]) assert.ok(JSON.stringify(EventPattern).length <= 2_048, id);
});

test('a rule of the intake gives its event to the bot or to the dead letters', () => {
  for (const { id, Targets, EventBusName } of central) {
    assert.deepEqual(EventBusName, { Ref: 'Bus' }, id);
    assert.equal(Targets.length, 1, id);
    assert.deepEqual(Targets[0].DeadLetterConfig, { Arn: { 'Fn::GetAtt': ['DeadLetters', 'Arn'] } }, id);
  }
});

test('only the service that publishes may publish, and only for this account', () => {
  const { Resources } = template('intake');
  const publishers = { BudgetsTopic: 'budgets.amazonaws.com', AnomaliesTopic: 'costalerts.amazonaws.com', PrometheusTopic: 'aps.amazonaws.com', OperatorTopic: 'cloudwatch.amazonaws.com' };
  for (const [topic, service] of Object.entries(publishers)) {
    const allowed = Resources[`${topic}Policy`].Properties.PolicyDocument.Statement.filter(({ Effect }) => Effect === 'Allow');
    assert.deepEqual(allowed.map(({ Principal }) => Principal), [{ Service: service }], topic);
    assert.deepEqual(allowed[0].Condition.StringEquals, { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } }, topic);
    assert.ok(Resources.Key.Properties.KeyPolicy.Statement.some(({ Principal }) => Principal.Service?.includes(service)), `${topic}: the key`);
  }
});
