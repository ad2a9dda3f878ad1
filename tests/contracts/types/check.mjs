// Type-checks what the bot renders against Slack's official types.
//
//   node types/check.mjs FOLDER        (or RENDERED_DIR=FOLDER)
//
// FOLDER holds JSON files, in subfolders too: messages ({text, blocks, …}), views ({type: "modal" | "home", …}) or plain
// lists of blocks. Each becomes a TypeScript literal, so unknown and missing fields are errors; tsc judges them all at once.
import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const tsc = join(here, '..', 'node_modules', '.bin', 'tsc');
const flags = ['--noEmit', '--strict', '--skipLibCheck', '--target', 'es2022', '--module', 'nodenext', '--moduleResolution', 'nodenext', '--types', 'node', '--pretty', 'false'];

/** @returns {Promise<{checked: number, errors: string[]}>} one line an error, beginning with the JSON file's name */
export async function check(folder) {
  const files = (await readdir(folder, { recursive: true })).filter((f) => f.endsWith('.json')).sort();
  // Below this folder, so that tsc finds the types in node_modules.
  const generated = await mkdtemp(join(here, '.generated-'));
  try {
    const sources = new Map();
    const errors = [];
    for (const [index, file] of files.entries()) {
      const source = join(generated, `${index}.mts`);
      try {
        await writeFile(source, literal(JSON.parse(await readFile(join(folder, file), 'utf8'))));
        sources.set(`${index}.mts`, file);
      } catch (error) {
        errors.push(`${file}: ${error.message}`);
      }
    }
    if (sources.size > 0) errors.push(...compile(generated, sources));
    return { checked: files.length, errors };
  } finally {
    await rm(generated, { recursive: true, force: true });
  }
}

function literal(rendered) {
  const json = (value) => JSON.stringify(value, null, 2);
  if (Array.isArray(rendered)) {
    return `import type { KnownBlock } from '@slack/types';\nexport const blocks: KnownBlock[] = ${json(rendered)};\n`;
  }
  // Messages and views also allow blocks of any type; a second constant holds them to the known ones.
  const blocks = `export const blocks: KnownBlock[] = ${json(rendered.blocks ?? [])};\n`;
  if (rendered.type === 'modal' || rendered.type === 'home') {
    const type = rendered.type === 'modal' ? 'ModalView' : 'HomeView';
    return `import type { ${type}, KnownBlock } from '@slack/types';\n${blocks}export const view: ${type} = ${json(rendered)};\n`;
  }
  if (typeof rendered.text !== 'string' && !Array.isArray(rendered.blocks)) {
    throw new Error('neither a message, a view nor a list of blocks');
  }
  const message = { channel: 'C0GENERAL', ...rendered };
  return `import type { KnownBlock } from '@slack/types';\nimport type { ChatPostMessageArguments } from '@slack/web-api';\n${blocks}`
    + `export const message: ChatPostMessageArguments = ${json(message)};\n`;
}

function compile(generated, sources) {
  const run = spawnSync(tsc, [...flags, ...[...sources.keys()].map((s) => join(generated, s))], { encoding: 'utf8', cwd: join(here, '..') });
  if (run.error) throw run.error;
  if (run.status === 0) return [];
  const lines = run.stdout.split('\n').filter((line) => line.trim().length > 0);
  return lines.map((line) => line.replace(/^\S*?(\d+\.mts)\((\d+),\d+\): /, (all, name, at) => `${sources.get(name) ?? name}: line ${at} of the literal: `));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = process.argv[2] ?? process.env.RENDERED_DIR;
  if (!folder) {
    console.error('Name the folder of rendered JSON: node types/check.mjs FOLDER');
    process.exit(2);
  }
  const { checked, errors } = await check(folder);
  for (const error of errors) console.error(error);
  console.log(`types: ${checked} rendered files checked, ${errors.length} errors`);
  process.exit(errors.length > 0 || checked === 0 ? 1 : 0);
}
