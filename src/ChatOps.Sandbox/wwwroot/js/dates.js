// Times as the reader sees them: in their own zone and language.

import { t, locale } from './texts.js';

const formats = new Map();

function format(options, zone) {
  const key = `${locale()}|${zone}|${JSON.stringify(options)}`;
  if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat(locale(), { ...options, timeZone: zone }));
  return formats.get(key);
}

const dayOf = (date, zone) => format({ year: 'numeric', month: '2-digit', day: '2-digit' }, zone).format(date);

/** 'Today', 'Yesterday', 'Tomorrow' in `zone`, or null for any other day. */
function nearDay(date, zone, now = new Date()) {
  const day = dayOf(date, zone);
  if (day === dayOf(now, zone)) return t('today');
  if (day === dayOf(new Date(now.getTime() - 86400000), zone)) return t('yesterday');
  if (day === dayOf(new Date(now.getTime() + 86400000), zone)) return t('tomorrow');
  return null;
}

/** The date of a Slack timestamp such as `1700000000.000100`. */
export const fromTs = ts => new Date(Math.floor(Number(ts) * 1000));

export const timeOf = (date, zone) => format({ hour: 'numeric', minute: '2-digit' }, zone).format(date);

export const fullTime = (date, zone) => format({ dateStyle: 'full', timeStyle: 'medium' }, zone).format(date);

/** Tells two days apart in `zone`. */
export const dayKey = dayOf;

export const dayLabel = (date, zone) => nearDay(date, zone) ?? format({ weekday: 'long', month: 'long', day: 'numeric' }, zone).format(date);

/** 'today at 9:12' for the last reply of a thread. */
export function shortWhen(date, zone) {
  const day = nearDay(date, zone) ?? format({ month: 'short', day: 'numeric' }, zone).format(date);
  return `${day} ${timeOf(date, zone)}`;
}

/** '3 minutes ago', 'in 2 hours'. */
function ago(date, now = new Date()) {
  const seconds = (date.getTime() - now.getTime()) / 1000;
  const relative = new Intl.RelativeTimeFormat(locale(), { numeric: 'auto' });
  for (const [unit, size] of [['year', 31536000], ['month', 2592000], ['day', 86400], ['hour', 3600], ['minute', 60]]) {
    if (Math.abs(seconds) >= size) return relative.format(Math.trunc(seconds / size), unit);
  }
  return relative.format(Math.trunc(seconds), 'second');
}

/** A `<!date^…>` of Slack: its tokens replaced, anything else kept. */
export function slackDate(seconds, template, zone) {
  const date = new Date(seconds * 1000);
  if (Number.isNaN(date.getTime())) return null;
  const plain = options => format(options, zone).format(date);
  const long = { weekday: 'long', year: 'numeric', month: 'long', day: 'numeric' };
  const tokens = {
    date_num: () => toWallClock(seconds, zone).slice(0, 10),
    date: () => plain({ year: 'numeric', month: 'long', day: 'numeric' }),
    date_short: () => plain({ year: 'numeric', month: 'short', day: 'numeric' }),
    date_long: () => plain(long),
    date_long_full: () => plain(long),
    date_slash: () => plain({ year: 'numeric', month: '2-digit', day: '2-digit' }),
    date_pretty: () => nearDay(date, zone) ?? tokens.date(),
    date_short_pretty: () => nearDay(date, zone) ?? tokens.date_short(),
    date_long_pretty: () => nearDay(date, zone) ?? tokens.date_long(),
    day_divider_pretty: () => dayLabel(date, zone),
    time: () => timeOf(date, zone),
    time_secs: () => plain({ hour: 'numeric', minute: '2-digit', second: '2-digit' }),
    ago: () => ago(date),
  };
  return template.replace(/\{(\w+)\}/g, (whole, name) => tokens[name]?.() ?? whole);
}

/** The wall clock of `seconds` in `zone`, as `<input type="datetime-local">` takes it. */
export function toWallClock(seconds, zone) {
  const parts = Object.fromEntries(new Intl.DateTimeFormat('en-CA', {
    year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone: zone,
  }).formatToParts(new Date(seconds * 1000)).map(part => [part.type, part.value]));
  return `${parts.year}-${parts.month}-${parts.day}T${parts.hour}:${parts.minute}`;
}

/** The inverse of toWallClock: unix seconds. */
export function fromWallClock(text, zone) {
  const asUtc = Date.parse(`${text}:00Z`) / 1000;
  if (Number.isNaN(asUtc)) return null;
  let guess = asUtc;
  // Twice: the first correction may cross a change of the clocks.
  for (let i = 0; i < 2; i++) guess += asUtc - Date.parse(`${toWallClock(guess, zone)}:00Z`) / 1000;
  return guess;
}
