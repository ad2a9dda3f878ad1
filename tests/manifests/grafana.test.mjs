// The dashboards: what Grafana needs of them, and that Prometheus can read their expressions.
// That the metrics exist is held by tests/ChatOps.EndToEnd/Manifests/MetricsTests.cs, which asks the running bot.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';

const grafana = new URL('../../manifest/grafana/', import.meta.url);
const read = (file) => readFileSync(new URL(file, grafana), 'utf8');
const boards = readdirSync(new URL('dashboards/', grafana)).map((file) => ({ file, board: JSON.parse(read(`dashboards/${file}`)) }));

test('there is one for findings, costs, assets, golden signals and ChatOps itself', () => {
  assert.deepEqual(boards.map(({ file }) => file).sort(), ['assets.json', 'chatops.json', 'costs.json', 'findings.json', 'golden-signals.json']);
  assert.equal(new Set(boards.map(({ board }) => board.uid)).size, boards.length);
  assert.ok(boards.every(({ board }) => board.tags.includes('chatops')));
  assert.ok(boards.some(({ board }) => board.tags.includes('report')), 'the daily report shows what has this tag');
});

for (const { file, board } of boards) {
  test(`${file}: panels have titles, lie beside one another, and read from the chosen source`, () => {
    const taken = new Map();
    for (const { id, title, gridPos, targets, datasource } of board.panels) {
      assert.ok(title && targets.length > 0, `panel ${id}`);
      assert.deepEqual(datasource, { type: 'prometheus', uid: '${datasource}' });
      assert.ok(gridPos.x + gridPos.w <= 24, title);
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++) {
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
          assert.ok(!taken.has(`${x},${y}`), `${title} lies on ${taken.get(`${x},${y}`)}`);
          taken.set(`${x},${y}`, title);
        }
      }
    }
    assert.equal(new Set(board.panels.map(({ id }) => id)).size, board.panels.length);
  });

  test(`${file}: Prometheus reads every expression, and every variable is there`, () => {
    const expressions = board.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));
    const variables = new Set(['__rate_interval', ...board.templating.list.map(({ name }) => name)]);
    for (const expression of expressions) for (const [, name] of expression.matchAll(/\$(\w+)/g)) assert.ok(variables.has(name), `$${name} in ${expression}`);

    const folder = mkdtempSync(join(tmpdir(), 'chatops-grafana-'));
    try {
      const rules = expressions.map((expr, index) => ({ record: `panel:${index}`, expr: expr.replaceAll('$__rate_interval', '5m') }));
      writeFileSync(join(folder, 'rules.yaml'), JSON.stringify({ groups: [{ name: 'panels', rules }] }));
      execFileSync('promtool', ['check', 'rules', '--lint=none', join(folder, 'rules.yaml')], { stdio: ['ignore', 'ignore', 'pipe'] });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
}

test('the provisioning files name what there is', () => {
  const { providers } = parse(read('provisioning/dashboards/chatops.yaml'));
  assert.equal(providers[0].type, 'file');
  const { datasources } = parse(read('provisioning/datasources/chatops.yaml'));
  assert.deepEqual(datasources.map(({ type }) => type), ['prometheus']);
});
