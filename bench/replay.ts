import { randomBytes } from 'node:crypto';
import type pg from 'pg';
import { v7 as uuidv7 } from 'uuid';
import { type Recording, SENTINELS } from './recording.ts';
import type { Account } from './seed.ts';

/** What differs from one request to the next, by name. */
export type Holes = Record<string, string>;

type Filler = (holes: Holes) => unknown;

/** A recorded statement that can be sent for another account, another body, at another time. */
export interface Replay {
  readonly text: string;
  readonly query: (holes: Holes) => pg.QueryConfig;
}

const UUID_V7 = '[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}';
const INSTANT = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z`;

export function replayOf(key: string, { statements, since }: Recording, account: Account): readonly Replay[] {
  const known: Record<string, string> = {
    [account.id]: 'user',
    [account.task]: 'task',
    [account.email]: 'email',
    [SENTINELS.number]: 'number',
    [SENTINELS.version]: 'version',
    [SENTINELS.next]: 'next',
  };
  const variable = new RegExp(`(${[...Object.keys(known), UUID_V7, INSTANT].join('|')})`);
  /** @returns undefined for what stays as it is */
  const holeOf = (text: string): string | undefined => {
    if (known[text] !== undefined) return known[text];
    if (text.endsWith('Z')) return between(Date.parse(text), since, Date.now()) ? 'now' : undefined;
    const isNew = Number.parseInt(text.replace('-', '').slice(0, 12), 16) >= since;
    return isNew ? text : undefined;
  };
  return statements.map(({ name, text, values = [] }, index) => {
    const fillers = values.map((value) => fillerOf(value, variable, holeOf));
    const isControl = /^(begin|commit)/i.test(text);
    const config = isControl ? { text } : { name: name ?? `${key}.${index}`, text };
    return { text, query: (holes) => ({ ...config, values: fillers.map((fill) => fill(holes)) }) };
  });
}

function between(value: number, least: number, most: number): boolean {
  return value >= least && value <= most;
}

function fillerOf(value: unknown, variable: RegExp, holeOf: (text: string) => string | undefined): Filler {
  if (Array.isArray(value)) {
    const fillers = value.map((one) => fillerOf(one, variable, holeOf));
    return (holes) => fillers.map((fill) => fill(holes));
  }
  // The hash of a token that is new each time.
  if (value instanceof Uint8Array) return () => randomBytes(value.length);
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text !== 'string' || !variable.test(text)) return () => value;
  const parts = text
    .split(variable)
    .map((part) => ({ part, hole: variable.test(part) ? holeOf(part) : undefined }));
  return (holes) => {
    let filled = '';
    for (const { part, hole } of parts) filled += hole === undefined ? part : takeOrMake(holes, hole);
    return filled;
  };
}

/** What has none of the names is an id that was made for the recorded request, so it is made anew. */
function takeOrMake(holes: Holes, hole: string): string {
  const filling = holes[hole] ?? uuidv7();
  holes[hole] = filling;
  return filling;
}

/** @param body as it was sent */
export function holesFor({ id, email, task }: Account, body: string): Holes {
  return { user: id, task, email, now: new Date().toISOString(), number: /\d{8}/.exec(body)?.[0] ?? '' };
}
