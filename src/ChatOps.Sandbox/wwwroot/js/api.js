// The sandbox's page API (paths under /sandbox/). Every call resolves to an object; a fault is `{ok: false, error}`.

async function request(path, options) {
  try {
    const response = await fetch(`/sandbox/${path}`, options);
    const text = await response.text();
    const body = text ? JSON.parse(text) : {};
    return response.ok ? { ok: true, ...body } : { ok: false, error: body.error ?? body.detail ?? body.title ?? `HTTP ${response.status}`, ...body };
  } catch {
    return { ok: false, error: 'unreachable' };
  }
}

const query = values => new URLSearchParams(Object.entries(values).filter(([, value]) => value !== undefined && value !== null)).toString();
const get = (path, values) => request(values ? `${path}?${query(values)}` : path, { headers: { accept: 'application/json' } });
const post = (path, body) => request(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body ?? {}) });

export const api = {
  workspace: user => get('workspace', { user }),
  messages: (channel, user) => get('messages', { channel, user }),
  replies: (channel, ts, user) => get('replies', { channel, ts, user }),
  views: user => get('views', { user }),
  command: body => post('command', body),
  message: body => post('message', body),
  action: body => post('action', body),
  submit: body => post('view/submit', body),
  close: body => post('view/close', body),
  options: body => post('options', body),
  openHome: user => post('home/open', { user }),
  slackFaults: body => post('slack/faults', body),
  aws: () => get('aws'),
  mails: () => get('mail'),
  mail: id => get(`mail/${id}`),
  reportNow: () => post('report'),
  jump: to => post('time/jump', { to }),
  awsDo: (what, body) => post(`aws/${what}`, body),
};

/** Where a file of the workspace is served. */
export const fileUrl = id => `/sandbox/files/${encodeURIComponent(id)}`;
