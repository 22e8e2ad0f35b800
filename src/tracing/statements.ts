import type { Span } from '@opentelemetry/api';
import { LRUCache } from 'lru-cache';
import type { Database } from '../db/knex.ts';
import { markFailed, SpanKind, type Spans } from './spans.ts';

/** Spans that may wait for the end of their statement; of one that nobody hears of the end is never told. */
const MOST_OPEN = 1_000;

/** As much as is needed of what knex tells of a statement. */
interface Statement {
  readonly __knexQueryUid: string;
  readonly sql: string;
  /** Of a prepared statement. */
  readonly options?: { readonly name?: string };
}

/**
 * A span for each statement that a request or a job causes; the polling of queues causes none. It tells which tables are
 * read and written. Neither values nor the text are in it, for pg-boss writes values into its texts.
 */
export function traceStatements(spans: Spans, database: Database): void {
  const open = new LRUCache<string, Span>({ max: MOST_OPEN });
  const end = ({ __knexQueryUid: id }: Statement, error?: unknown): void => {
    const span = open.get(id);
    if (span === undefined) return;
    open.delete(id);
    if (error !== undefined) markFailed(span, reasonOf(error));
    span.end();
  };
  database.on('query', ({ __knexQueryUid: id, sql, options }: Statement) => {
    if (spans.active()?.isRecording() !== true) return;
    const summary = summarise(sql);
    const span = spans.start(summary, SpanKind.CLIENT, {
      'db.system.name': 'postgresql',
      'db.query.summary': summary,
      ...(options?.name !== undefined && { 'taskpact.statement': options.name }),
    });
    open.set(id, span);
  });
  database.on('query-response', (_response: unknown, statement: Statement) => end(statement));
  database.on('query-error', (error: unknown, statement: Statement) => end(statement, error));
}

/** PostgreSQL's code or the system's, such as `57014` or `ECONNRESET`. */
function reasonOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return 'unknown';
  return 'code' in error && typeof error.code === 'string' ? error.code : 'timeout';
}

/** What is done to what: a verb, then a table, which is neither a function nor another word. */
const TABLE = '((?:"?[a-z_]\\w*"?\\.)?"?[a-z_]\\w*\\b"?)';
const ACTION = new RegExp(
  `\\b(insert into) ${TABLE}|(?<!\\b(?:for|do|distinct) )\\b(update|delete from|from|join) (?:only )?${TABLE}(?! ?[(.])`,
  'gi',
);
const COMMON_TABLE = /(?:\bwith(?: recursive)?|,)\s+(\w+)\s+as (?:not )?(?:materialized )?\(/gi;
const VERBS: Readonly<Record<string, string>> = {
  'insert into': 'INSERT',
  'delete from': 'DELETE',
  update: 'UPDATE',
};
/** Characters, as the convention for `db.query.summary` advises. */
const LONGEST = 255;

/** The statement in a few words, such as `SELECT users UPDATE tasks INSERT events`. */
export function summarise(sql: string): string {
  const text = sql.replaceAll(/\s+/g, ' ').trim();
  const common = new Set(Array.from(text.matchAll(COMMON_TABLE), ([, name]) => name));
  const actions = Array.from(text.matchAll(ACTION), ([, insert, into, other, of]) => {
    const verb = insert ?? other ?? '';
    const name = (into ?? of ?? '').replaceAll('"', '');
    return common.has(name) ? '' : `${VERBS[verb.toLowerCase()] ?? 'SELECT'} ${name}`;
  });
  const told = [...new Set(actions.filter((action) => action !== ''))].join(' ').slice(0, LONGEST);
  return told === '' ? (/^\w+/.exec(text)?.[0].toUpperCase() ?? 'SQL') : told;
}
