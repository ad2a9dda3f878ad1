// promtool and amtool, the tools of Prometheus and Alertmanager themselves, judge manifest/prometheus.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

const manifest = (file) => fileURLToPath(new URL(`../../manifest/prometheus/${file}`, import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'chatops-prometheus-'));
after(() => rmSync(folder, { recursive: true }));
const run = (command, ...args) => execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], cwd: folder });

// What Amazon Managed Prometheus takes apart itself: templates, and a configuration that names them.
const definition = parse(readFileSync(manifest('alertmanager-amp.yaml'), 'utf8'));
for (const [name, template] of Object.entries(definition.template_files)) writeFileSync(join(folder, name), template);
writeFileSync(join(folder, 'amp.yaml'), definition.alertmanager_config);

/** What Alertmanager would publish for a group of alerts. */
function published(data) {
  const file = join(folder, 'data.json');
  writeFileSync(file, JSON.stringify(data));
  const message = parse(definition.alertmanager_config).receivers[0].sns_configs[0].message;
  return run('amtool', 'template', 'render', `--template.glob=${join(folder, 'chatops')}`, `--template.text=${message}`, `--template.data=${file}`);
}

const alert = (more) => ({
  status: 'firing', labels: { alertname: 'InstanceDown' }, annotations: {}, startsAt: '2026-03-04T05:00:00.123456789Z', endsAt: '0001-01-01T00:00:00Z',
  generatorURL: 'http://prometheus.example.com/graph?g0.expr=up+%3D%3D+0&g0.tab=1', fingerprint: '6c76f64faa2ea075', ...more,
});
const group = (more) => ({
  receiver: 'chatops', status: 'firing', alerts: [alert()], groupLabels: { alertname: 'InstanceDown' }, commonLabels: { alertname: 'InstanceDown' }, commonAnnotations: {},
  externalURL: 'http://alertmanager.example.com', ...more,
});

test('the rules are rules, and say what they should', () => {
  run('promtool', 'check', 'rules', manifest('rules.yaml'));
  copyFileSync(manifest('rules.yaml'), join(folder, 'rules.yaml'));
  copyFileSync(fileURLToPath(new URL('data/rules.test.yaml', import.meta.url)), join(folder, 'rules.test.yaml'));
  run('promtool', 'test', 'rules', 'rules.test.yaml');
});

test('every alert has a severity that the bot knows, a summary and a description', () => {
  const alerts = parse(readFileSync(manifest('rules.yaml'), 'utf8')).groups.flatMap(({ rules }) => rules).filter((rule) => rule.alert);
  for (const { alert: name, labels, annotations } of alerts) {
    assert.ok(['critical', 'warning'].includes(labels.severity), name);
    assert.ok(annotations.summary && annotations.description, name);
  }
});

test('the configurations are such', () => {
  run('promtool', 'check', 'config', '--syntax-only', manifest('prometheus.yaml'));
  run('amtool', 'check-config', manifest('alertmanager.yaml'));
  run('amtool', 'check-config', 'amp.yaml');
});

test('the definition holds nothing that Amazon refuses', () => {
  const { receivers, templates, route } = parse(definition.alertmanager_config);
  assert.deepEqual(templates, Object.keys(definition.template_files));
  for (const receiver of receivers) {
    assert.deepEqual(Object.keys(receiver), ['name', 'sns_configs']);
    for (const sns of receiver.sns_configs) {
      assert.ok(sns.sigv4.region);
      assert.ok(!('api_url' in sns) && !('http_config' in sns));
      assert.ok(/^[ -~]{1,99}$/.test(sns.subject));
    }
  }
  assert.equal(route.receiver, receivers[0].name);
});

test("the message is that of Alertmanager's own webhook", () => {
  const data = group({ alerts: [alert({ annotations: { summary: 'Instance down' } }), alert({ status: 'resolved', endsAt: '2026-03-04T05:30:00.5Z', labels: { alertname: 'InstanceDown', instance: 'b' } })] });
  const message = JSON.parse(published(data));
  assert.deepEqual(message, { ...data, version: '4', groupKey: '{}/{receiver="chatops"}:{alertname="InstanceDown"}', truncatedAlerts: 0 });
});

test('a group of nothing in common, by nothing', () => {
  const data = group({ groupLabels: {}, commonLabels: {}, alerts: [] });
  assert.deepEqual(JSON.parse(published(data)), { ...data, version: '4', groupKey: '{}/{receiver="chatops"}:{}', truncatedAlerts: 0 });
});

test('whatever an annotation says, the message is JSON and says the same', () => {
  const hostile = [
    '"', '\\', '\\"', '\\\\', '\\n', '\n', 'a\nb\r\n\tc', '\\x41', '\\u0041', '\\u005c', '\\\\u005c', '\\U000e0001', '"}],"status":"resolved"', '{{ .Status }}', '$1 ${1} $$', '',
    ' "quoted" ', '""', '\u0000', '\u0001\u0007\u0008\u000b\u000c\u001b\u001f\u007f', '\u0080\u00a0\u00ad', '\u200b\u2028\u2029\ufeff\ufffd', '결제 오류 — 5 % 초과', '🔴🇰🇷👩‍💻', '<!channel> & <b>', 'C:\\new\\table\\x00',
  ];
  // And every pair of them: what one leaves open, the other might close.
  const pairs = hostile.flatMap((one) => hostile.map((other) => one + other));
  const annotations = Object.fromEntries([...hostile, ...pairs].map((text, index) => [`a${index}`, text]));
  const labels = Object.fromEntries(hostile.map((text, index) => [`l${index}`, text]));
  const data = group({ alerts: [alert({ annotations, labels })], commonAnnotations: annotations, commonLabels: labels, groupLabels: { alertname: 'quo"te' }, receiver: 'a "b"' });
  const message = JSON.parse(published(data));
  assert.deepEqual(message, { ...data, version: '4', groupKey: '{}/{receiver="a \\"b\\""}:{alertname="quo\\"te"}', truncatedAlerts: 0 });
});

test('what Go cannot print and JSON writes as two halves is replaced, and nothing beside it', () => {
  assert.equal(JSON.parse(published(group({ externalURL: 'x\u{e0001}y\\U000e0001' }))).externalURL, 'x\ufffdy\\U000e0001');
});
