// The GitHub workflows and the Dockerfile, as far as they can be judged without GitHub and Docker.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';
import { parse } from 'yaml';
import { template } from './template.mjs';

const root = new URL('../../', import.meta.url);
const read = (file) => readFileSync(new URL(file, root), 'utf8');
const workflows = readdirSync(new URL('.github/workflows/', root)).map((file) => ({ file, written: read(`.github/workflows/${file}`), flow: parse(read(`.github/workflows/${file}`), { uniqueKeys: true }) }));
const jobsOf = (flow) => Object.entries(flow.jobs);

test('there are tests, an image, and a deployment', () => assert.deepEqual(workflows.map(({ file }) => file).sort(), ['deploy.yaml', 'image.yaml', 'tests.yaml']));

for (const { file, written, flow } of workflows) {
  test(`${file}: every job says where it runs, for how long at most, and what it does`, () => {
    assert.ok(flow.name && flow.on);
    for (const [id, job] of jobsOf(flow)) {
      if (job.uses) {
        assert.ok(existsSync(new URL(job.uses.replace('./', ''), root)), `${id} uses ${job.uses}`);
        continue;
      }
      assert.ok(job['runs-on'] && job['timeout-minutes'] > 0, id);
      for (const need of [job.needs ?? []].flat()) assert.ok(need in flow.jobs, `${id} needs ${need}`);
      for (const step of job.steps) {
        assert.equal(('uses' in step) + ('run' in step), 1, `${id}: ${JSON.stringify(step)}`);
        // A tag can be moved, a commit cannot. The comment beside it is for people and for Dependabot.
        if (step.uses) {
          assert.match(step.uses, /^[\w-]+\/[\w-]+@[0-9a-f]{40}$/);
          assert.match(written, new RegExp(`uses: ${step.uses} # v\\d+\\.\\d+\\.\\d+$`, 'm'), `${step.uses}: its version beside it`);
        }
        // Shell reads what GitHub puts in only from the environment: text of others must not become a command.
        if (step.run) {
          assert.doesNotMatch(step.run, /\$\{\{/, `${id}: an expression within a script`);
          execFileSync('bash', ['-n'], { input: step.run });
        }
      }
      const ids = new Set(job.steps.map((step) => step.id).filter(Boolean));
      for (const [, step] of JSON.stringify(job).matchAll(/steps\.([\w-]+)\.outputs/g)) assert.ok(ids.has(step), `${id}: steps.${step}`);
    }
  });

  test(`${file}: it may read, and nothing more unless it says so`, () => {
    assert.deepEqual(flow.permissions, { contents: 'read' });
    for (const [id, job] of jobsOf(flow)) {
      const signsIn = JSON.stringify(job.steps ?? []).includes('configure-aws-credentials');
      assert.equal(job.permissions?.['id-token'] === 'write', signsIn, id);
      assert.ok(Object.entries(job.permissions ?? {}).every(([name, right]) => right === 'read' || name === 'id-token'), id);
    }
  });

  test(`${file}: no key of AWS and no secret is kept at GitHub`, () => {
    assert.doesNotMatch(written, /secrets\.|aws-access-key-id|AWS_SECRET|AKIA/);
  });
}

test('an action has one version in all workflows', () => {
  const used = new Map();
  for (const [, action, version] of workflows.map(({ written }) => written).join('\n').matchAll(/uses: ([\w-]+\/[\w-]+)@(\S+ # \S+)/g)) {
    assert.equal(used.get(action) ?? version, version, action);
    used.set(action, version);
  }
  assert.ok(used.size > 0);
});

test('the tests run once for each commit: of a pull request by themselves, of main before the image', () => {
  const { tests, image } = Object.fromEntries(workflows.map(({ file, flow }) => [file.replace('.yaml', ''), flow]));
  assert.deepEqual(Object.keys(tests.on).sort(), ['pull_request', 'workflow_call']);
  assert.deepEqual(workflows.filter(({ flow }) => 'push' in flow.on).map(({ file }) => file), ['image.yaml']);
  assert.deepEqual(Object.entries(image.jobs).filter(([, job]) => job.uses).map(([id, job]) => [id, job.uses]), [['tests', './.github/workflows/tests.yaml']]);
  assert.equal(tests.concurrency['cancel-in-progress'], "${{ github.event_name == 'pull_request' }}", 'a commit of main is tested to the end');
});

test('the container gets what checkout and setup-dotnet call before they run', () => {
  const { steps, container } = workflows.find(({ file }) => file === 'tests.yaml').flow.jobs.tests;
  assert.match(container, /^debian:/);
  const installed = steps.findIndex((step) => step.run?.includes('apt-get install'));
  const packages = steps[installed].run.split(/\s+/);
  for (const needed of ['ca-certificates', 'curl', 'git']) assert.ok(packages.includes(needed), needed);
  assert.ok(packages.some((name) => /^libicu\d+$/.test(name)), "ICU, for .NET's cultures");
  assert.ok(installed < steps.findIndex((step) => step.uses));
  assert.equal(steps.filter((step) => step.run?.includes('tests/run')).length, 1);
});

test('the image is built and tried on each architecture before it is pushed, and joined under the commit', () => {
  const { build, image } = workflows.find(({ file }) => file === 'image.yaml').flow.jobs;
  assert.deepEqual(build.strategy.matrix.include, [{ architecture: 'amd64', runner: 'ubuntu-24.04' }, { architecture: 'arm64', runner: 'ubuntu-24.04-arm' }]);
  assert.equal(build['runs-on'], '${{ matrix.runner }}');
  assert.deepEqual(build.steps.map((step) => step.name).filter(Boolean), ['Build', 'Try', 'Push']);
  const checkout = build.steps.find((step) => step.uses?.startsWith('actions/checkout@'));
  assert.equal(checkout.with['fetch-depth'], 0, 'the version is counted from the tags');
  const made = build.steps.find((step) => step.name === 'Build').run;
  for (const [, argument] of read('Dockerfile').matchAll(/^ARG (\w+)/gm)) assert.ok(made.includes(`--build-arg "${argument}=`), argument);
  assert.ok([image.needs].flat().includes('build'));
  const join = image.steps.find((step) => step.name === 'Join').run;
  for (const { architecture } of build.strategy.matrix.include) assert.ok(join.includes(`"$IMAGE-${architecture}"`), architecture);
});

test('the roles trust the workflows that assume them', () => {
  const { ImageRole, DeployRole } = template('pipeline').Resources;
  const subject = (role) => role.Properties.AssumeRolePolicyDocument.Statement[0].Condition.StringEquals['token.actions.githubusercontent.com:sub']['Fn::Sub'];
  const image = workflows.find(({ file }) => file === 'image.yaml').flow;
  const deploy = workflows.find(({ file }) => file === 'deploy.yaml').flow;
  assert.deepEqual(image.on, { push: { branches: ['main'] } });
  assert.match(subject(ImageRole), /:ref:refs\/heads\/main$/);
  assert.match(subject(DeployRole), new RegExp(`:environment:${deploy.jobs.deploy.environment}$`));
  assert.ok(image.jobs.image.needs.includes('tests'), 'an image is made of what was tested');
});

test('what the deployment needs of the stack is there', () => {
  const { Parameters, Resources } = template('service');
  assert.ok(Parameters.Image);
  const named = { ChatOpsBot: 'TaskRole', ChatOpsTaskExecution: 'ExecutionRole' };
  for (const [name, id] of Object.entries(named)) assert.equal(Resources[id].Properties.RoleName, name);
  assert.equal(Resources.Service.Properties.ServiceName, 'chatops');
  assert.equal(Resources.Cluster.Properties.ClusterName, 'chatops');
});

test('the production image holds the bot alone, and does not run it as root', () => {
  const stages = read('Dockerfile').split(/^FROM /m).slice(1);
  const last = stages.at(-1);
  assert.match(last, /^mcr\.microsoft\.com\/dotnet\/aspnet:10\.0/, 'no SDK in the image');
  assert.match(last, /^USER \$APP_UID$/m);
  assert.match(last, /^HEALTHCHECK .*--check-health/m);
  assert.doesNotMatch(last.slice(last.indexOf('USER ')), /^(RUN|COPY) /m, 'nothing is done as root after it');
  assert.doesNotMatch(read('Dockerfile'), /Sandbox/);
  assert.doesNotMatch(read('Dockerfile'), /^\s*(ADD|ENV\s+\S*(TOKEN|SECRET|PASSWORD))/m);
  // Every project that the bot is made of is copied before it is restored.
  const built = stages[0];
  for (const [, project] of read('src/ChatOps.Bot/ChatOps.Bot.csproj').matchAll(/ProjectReference Include="\.\.\/([^"]+)"/g)) assert.ok(built.includes(project.replace('../', '').split('/').at(-1)), project);
});
