// AWS's own resource schema judges manifest/aws: types exist, properties are known, of the right shape, and complete;
// whatever a template refers to is there.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadAwsServiceSpec } from '@aws-cdk/aws-service-spec';
import { parse } from 'yaml';
import { readFileSync } from 'node:fs';
import { intrinsics, isIntrinsic, template, templateNames, text } from './template.mjs';

const schema = await loadAwsServiceSpec();
const pseudo = ['AWS::AccountId', 'AWS::NoValue', 'AWS::NotificationARNs', 'AWS::Partition', 'AWS::Region', 'AWS::StackId', 'AWS::StackName', 'AWS::URLSuffix'];

const resourceOf = (type) => schema.lookup('resource', 'cloudFormationType', 'equals', type).at(0);

/** The faults of a value against a type of the schema; what only CloudFormation knows (Ref, Sub, …) is taken for right. */
function faults(value, type, at) {
  if (isIntrinsic(value)) {
    const [name, argument] = Object.entries(value)[0];
    return name === 'Fn::If' ? [1, 2].flatMap((branch) => faults(argument[branch], type, `${at}?${branch}`)) : [];
  }

  switch (type.type) {
    case 'string':
      // CloudFormation turns numbers and booleans into text.
      return ['string', 'number', 'boolean'].includes(typeof value) ? [] : [`${at}: not a text`];
    case 'integer':
      return Number.isInteger(Number(value)) && value !== '' ? [] : [`${at}: '${value}' is not a whole number`];
    case 'number':
      return Number.isFinite(Number(value)) && value !== '' ? [] : [`${at}: '${value}' is not a number`];
    case 'boolean':
      return [true, false, 'true', 'false'].includes(value) ? [] : [`${at}: '${value}' is neither true nor false`];
    case 'array':
      return Array.isArray(value) ? value.flatMap((item, index) => faults(item, type.element, `${at}[${index}]`)) : [`${at}: not a list`];
    case 'map':
      return isObject(value) ? Object.entries(value).flatMap(([key, item]) => faults(item, type.element, `${at}.${key}`)) : [`${at}: not a map`];
    case 'tag':
      return isObject(value) && 'Key' in value && 'Value' in value ? [] : [`${at}: not a tag`];
    case 'ref':
      return propertyFaults(value, schema.get('typeDefinition', type.reference.$ref).properties, at);
    case 'union': {
      const each = type.types.map((one) => faults(value, one, at));
      return each.some((found) => found.length === 0) ? [] : each.reduce((a, b) => (b.length < a.length ? b : a));
    }
    case 'json':
      return isObject(value) || typeof value === 'string' ? [] : [`${at}: not JSON`];
    default:
      return [];
  }
}

function propertyFaults(value, properties, at) {
  if (!isObject(value)) return [`${at}: not an object`];
  const unknown = Object.keys(value).filter((key) => !(key in properties)).map((key) => `${at}.${key}: no such property`);
  const missing = Object.entries(properties).filter(([key, { required }]) => required && !(key in value)).map(([key]) => `${at}.${key}: required`);
  const wrong = Object.entries(value).filter(([key]) => key in properties).flatMap(([key, item]) => faults(item, properties[key].type, `${at}.${key}`));
  return [...unknown, ...missing, ...wrong];
}

const isObject = (value) => value !== null && typeof value === 'object' && !Array.isArray(value);

function resourceFaults({ Resources }) {
  return Object.entries(Resources).flatMap(([id, resource]) => {
    const known = resourceOf(resource.Type);
    return known ? propertyFaults(resource.Properties ?? {}, known.properties, id) : [`${id}: ${resource.Type} does not exist`];
  });
}

test('the judge finds what is wrong', () => {
  const found = resourceFaults({
    Resources: {
      Typo: { Type: 'AWS::SQS::Queu' },
      Queue: { Type: 'AWS::SQS::Queue', Properties: { VisibilityTimeout: 'soon', Colour: 'red' } },
      Rule: { Type: 'AWS::Events::Rule', Properties: { Targets: [{ Id: 'x' }] } },
      Role: { Type: 'AWS::IAM::Role', Properties: { Policies: { PolicyName: 'p' } } },
    },
  });
  for (const expected of [/Typo: .* does not exist/, /VisibilityTimeout: 'soon'/, /Colour: no such property/, /Targets\[0\]\.Arn: required/, /AssumeRolePolicyDocument: required/, /Policies: not a list/]) {
    assert.ok(found.some((fault) => expected.test(fault)), `${expected} in ${found.join('\n')}`);
  }
});

for (const name of templateNames) {
  const read = template(name);

  test(`${name}: every resource is as the official schema says`, () => assert.deepEqual(resourceFaults(read), []));

  test(`${name}: what is referred to is there`, () => {
    const { Parameters = {}, Resources, Conditions = {} } = read;
    const bad = [];
    const refers = (target, at) => {
      if (!(target in Parameters) && !(target in Resources) && !pseudo.includes(target)) bad.push(`${at}: Ref ${target}`);
    };
    const gets = (target, attribute, at) => {
      const type = Resources[target]?.Type;
      if (!type || !(attribute in (resourceOf(type)?.attributes ?? {}))) bad.push(`${at}: GetAtt ${target}.${attribute}`);
    };
    for (const { name: called, argument, at } of intrinsics(read)) {
      const place = at.join('.');
      if (called === 'Ref') refers(argument, place);
      if (called === 'Fn::GetAtt') gets(...argument, place);
      if (called === 'Fn::If' && !(argument[0] in Conditions)) bad.push(`${place}: If ${argument[0]}`);
      if (called === 'Fn::Sub') {
        for (const [, target] of argument.matchAll(/\$\{(?!!)([^}]+)\}/g)) {
          const dot = target.indexOf('.');
          if (dot < 0) refers(target, place);
          else gets(target.slice(0, dot), target.slice(dot + 1), place);
        }
      }
    }
    for (const [id, resource] of Object.entries(Resources)) {
      if (resource.Condition && !(resource.Condition in Conditions)) bad.push(`${id}: Condition ${resource.Condition}`);
      for (const other of [resource.DependsOn ?? []].flat()) if (!(other in Resources)) bad.push(`${id}: DependsOn ${other}`);
    }
    assert.deepEqual(bad, []);
  });

  test(`${name}: a resource under a condition is used only under it`, () => {
    const { Resources, Outputs = {} } = read;
    const conditional = Object.entries(Resources).filter(([, resource]) => resource.Condition);
    const bad = [];
    const visit = (node, held, at) => {
      if (Array.isArray(node)) return node.forEach((item, index) => visit(item, held, `${at}.${index}`));
      if (!isObject(node)) return;
      if (isIntrinsic(node) && 'Fn::If' in node) {
        const [condition, then, otherwise] = node['Fn::If'];
        visit(then, [...held, condition], at);
        visit(otherwise, held, at);
        return;
      }
      const target = node.Ref ?? node['Fn::GetAtt']?.[0];
      const hit = conditional.find(([id]) => id === target);
      if (hit && !held.includes(hit[1].Condition)) bad.push(`${at}: ${target} exists only if ${hit[1].Condition}`);
      for (const [key, item] of Object.entries(node)) visit(item, held, `${at}.${key}`);
    };
    for (const [id, part] of Object.entries({ ...Resources, ...Outputs })) visit(part, [part.Condition].filter(Boolean), id);
    assert.deepEqual(bad, []);
  });

  test(`${name}: parameters and conditions are used, and nothing is written in YAML that CloudFormation does not read`, () => {
    const whole = text(name);
    const used = new Set();
    for (const { name: called, argument } of intrinsics(read)) {
      if (called === 'Ref') used.add(argument);
      if (called === 'Fn::If') used.add(argument[0]);
      if (called === 'Fn::Sub') for (const [, target] of argument.matchAll(/\$\{([^}.]+)[}.]/g)) used.add(target);
    }
    for (const resource of [...Object.values(read.Resources), ...Object.values(read.Outputs ?? {})]) used.add(resource.Condition);
    for (const [, condition] of whole.matchAll(/!Condition (\w+)/g)) used.add(condition);
    const idle = [...Object.keys(read.Parameters ?? {}), ...Object.keys(read.Conditions ?? {})].filter((id) => !used.has(id));
    assert.deepEqual(idle, []);
    assert.doesNotMatch(whole, /^\s*[\w-]+:\s+[&*]\w+\s*$/m, 'an anchor or alias of YAML');
    assert.ok(Buffer.byteLength(whole) < 51_200, 'a template given on the command line takes 51,200 bytes');
  });

  test(`${name}: nothing stands open that need not`, () => {
    const bad = [];
    for (const [id, { Type, Properties = {} }] of Object.entries(read.Resources)) {
      if (Type === 'AWS::SQS::Queue' || Type === 'AWS::SNS::Topic') if (!Properties.KmsMasterKeyId) bad.push(`${id}: not encrypted`);
      if (Type === 'AWS::RDS::DBInstance' && (Properties.StorageEncrypted !== true || Properties.PubliclyAccessible !== false || Properties.DeletionProtection !== true)) bad.push(id);
      if (Type === 'AWS::IAM::Role' || Type === 'AWS::IAM::ManagedPolicy') {
        const statements = [Properties.PolicyDocument, ...(Properties.Policies ?? []).map((policy) => (policy['Fn::If'] ? policy['Fn::If'][1] : policy).PolicyDocument)]
          .filter(Boolean).flatMap((document) => document.Statement);
        for (const { Action, Resource } of statements) {
          if ([Action].flat().some((action) => action.includes('*'))) bad.push(`${id}: a wildcard action`);
          if (Resource === undefined) bad.push(`${id}: a statement without resources`);
        }
      }
    }
    assert.deepEqual(bad, []);
  });

  test(`${name}: a managed policy is not longer than IAM takes`, () => {
    for (const [id, { Type, Properties }] of Object.entries(read.Resources)) {
      if (Type === 'AWS::IAM::ManagedPolicy') assert.ok(JSON.stringify(Properties.PolicyDocument).length <= 6_144, id);
    }
  });
}

test('what service imports, intake exports', () => {
  const exported = Object.values(template('intake').Outputs).map((output) => output.Export?.Name).filter(Boolean);
  const imported = new Set([...intrinsics(template('service'))].filter(({ name }) => name === 'Fn::ImportValue').map(({ argument }) => argument));
  assert.deepEqual([...imported].filter((name) => !exported.includes(name)), []);
  assert.deepEqual(exported.filter((name) => !imported.has(name)), []);
});

test('the collector beside the bot is configured as manifest/otel says', () => {
  const written = readFileSync(new URL('../../manifest/otel/collector.yaml', import.meta.url), 'utf8');
  const containers = template('service').Resources.TaskDefinition.Properties.ContainerDefinitions.map((one) => one['Fn::If']?.[1] ?? one);
  const given = containers.find((one) => one.Name === 'collector').Environment.find((one) => one.Name === 'AOT_CONFIG_CONTENT').Value;
  assert.equal(given, written);

  const { receivers, processors, exporters, extensions, service } = parse(written);
  for (const [pipeline, parts] of Object.entries(service.pipelines)) {
    for (const [kind, declared] of Object.entries({ receivers, processors, exporters })) {
      assert.deepEqual(parts[kind].filter((part) => !(part in declared)), [], `${pipeline}.${kind}`);
    }
  }
  assert.deepEqual(service.extensions.filter((extension) => !(extension in extensions)), []);
  assert.ok(service.extensions.includes(exporters.prometheusremotewrite.auth.authenticator));
});

test('every remediation of the catalogue has its rights, and no other', () => {
  const catalogue = readFileSync(new URL('../../manifest/policy/remediations.yaml', import.meta.url), 'utf8');
  const documents = new Set([...catalogue.matchAll(/^\s+document: (\S+)/gm)].map(([, document]) => document.replace(/[^A-Za-z0-9]/g, '')));
  const role = template('member').Resources.ChatOpsAutomation.Properties;
  const granted = role.Policies.find((policy) => policy.PolicyName === 'remediations').PolicyDocument.Statement.map((statement) => statement.Sid);
  assert.deepEqual(granted.sort(), [...documents].sort());
});

test('the firewall lets in each path that the outside needs, and no other', () => {
  const rules = template('service').Resources.Firewall.Properties.Rules.map((rule) => rule['Fn::If']?.[1] ?? rule);
  assert.deepEqual(template('service').Resources.Firewall.Properties.DefaultAction, { Block: {} });
  const paths = rules.filter((rule) => rule.Action && 'Allow' in rule.Action)
    .flatMap((rule) => rule.Statement.AndStatement.Statements.map((part) => part.ByteMatchStatement).filter((part) => part && 'UriPath' in part.FieldToMatch))
    .map((part) => part.SearchString);
  assert.deepEqual(paths.sort(), ['/events/alertmanager', '/events/eventbridge', '/events/sns', '/hangfire', '/slack/']);
  assert.equal(new Set(rules.map((rule) => rule.Priority)).size, rules.length);
});
