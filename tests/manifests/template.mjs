// Reads a CloudFormation template: YAML with CloudFormation's own tags, which become their long form ({ "Fn::Sub": … }).
import { readFileSync } from 'node:fs';
import { Pair, Scalar, YAMLMap, parseDocument } from 'yaml';

const folder = new URL('../../manifest/aws/', import.meta.url);

const longForm = (tag) => (tag === 'Ref' || tag === 'Condition' ? tag : `Fn::${tag}`);
const names = ['Ref', 'Condition', 'Sub', 'GetAtt', 'If', 'Equals', 'Not', 'And', 'Or', 'Join', 'Select', 'Split', 'ImportValue', 'FindInMap', 'Base64', 'Cidr', 'GetAZs'];
const tags = names.flatMap((name) => [
  {
    tag: `!${name}`,
    resolve: (text) => ({ [longForm(name)]: name === 'GetAtt' ? [text.slice(0, text.indexOf('.')), text.slice(text.indexOf('.') + 1)] : text }),
  },
  ...['seq', 'map'].map((collection) => ({
    tag: `!${name}`,
    collection,
    resolve: (node) => {
      const map = new YAMLMap();
      map.items.push(new Pair(new Scalar(longForm(name)), node));
      return map;
    },
  })),
]);

export const templateNames = ['pipeline', 'intake', 'service', 'member'];

export function text(name) {
  return readFileSync(new URL(`${name}.yaml`, folder), 'utf8');
}

export function template(name) {
  const document = parseDocument(text(name), { customTags: tags, version: '1.1', merge: false, uniqueKeys: true });
  if (document.errors.length || document.warnings.length) throw new Error(`${name}.yaml: ${[...document.errors, ...document.warnings].join('; ')}`);
  return document.toJS();
}

/** Every intrinsic function in a part of a template, with where it stands. */
export function* intrinsics(node, at = []) {
  if (Array.isArray(node)) {
    for (const [index, item] of node.entries()) yield* intrinsics(item, [...at, index]);
  } else if (node && typeof node === 'object') {
    const keys = Object.keys(node);
    if (keys.length === 1 && (keys[0] === 'Ref' || keys[0].startsWith('Fn::'))) yield { name: keys[0], argument: node[keys[0]], at };
    for (const key of keys) yield* intrinsics(node[key], [...at, key]);
  }
}

export const isIntrinsic = (node) =>
  node !== null && typeof node === 'object' && !Array.isArray(node) && Object.keys(node).length === 1 && /^(Ref$|Fn::)/.test(Object.keys(node)[0]);
