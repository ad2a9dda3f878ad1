// Starts the sandbox's Slack (`--slack-only`) for one test file and plays the people in it through the page's API.
import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const project = fileURLToPath(new URL('../../src/ChatOps.Sandbox/', import.meta.url));

export const token = 'xoxb-sandbox';
export const signingSecret = 'sandbox-signing-secret';

/** @returns {Promise<{url: string, api: string, page: Function, read: Function, stop: Function}>} */
export async function startSandbox({ botUrl = 'http://127.0.0.1:9', rateLimits = false } = {}) {
  const settings = [`--Sandbox:SlackUrl=http://127.0.0.1:0`, `--Sandbox:BotUrl=${botUrl}`, `--Sandbox:RateLimits=${rateLimits}`];
  const assembly = process.env.SANDBOX_DLL;
  const args = assembly ? [assembly] : ['run', '--project', project, '--'];
  const child = spawn('dotnet', [...args, '--slack-only', ...settings], { stdio: ['ignore', 'pipe', 'inherit'] });
  const url = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`the sandbox ended with code ${code} before it listened`)));
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.startsWith('{"slack"')) resolve(JSON.parse(line).slack);
    });
  });
  return {
    url,
    api: `${url}/api/`,
    /** Something a person does on the page: command, message, action, view/submit, … */
    page: async (path, body) => {
      const response = await fetch(`${url}/sandbox/${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      return response.json();
    },
    /** What a person sees: messages, replies, views, … */
    read: async (path) => (await fetch(`${url}/sandbox/${path}`)).json(),
    stop: () => new Promise((resolve) => {
      child.once('exit', resolve);
      child.kill();
    }),
  };
}

/** A bot that takes everything and remembers the last form it was sent. */
export async function catchingBot() {
  let form;
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (part) => (body += part)).on('end', () => {
      form = new URLSearchParams(body);
      response.end();
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${server.address().port}`, last: () => form, stop: () => server.close() };
}

/** Waits until `read` gives something; fails after ten seconds. */
export async function until(read) {
  const end = Date.now() + 10_000;
  for (;;) {
    const value = await read();
    if (value) return value;
    if (Date.now() > end) throw new Error('waited ten seconds in vain');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
