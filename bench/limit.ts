/**
 * The limit: what Node and PostgreSQL can do with the same statements on the same rows when nothing else is asked of
 * them. `node:http`, `pg` with prepared statements, `JSON.parse` and `JSON.stringify`, bcrypt for a login; no
 * authentication, no validation, no framework. Which statements those are was recorded from Taskpact itself.
 *
 *     RECORDINGS=<file> DATABASE_URL=<url> node bench/limit.ts
 */
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import bcrypt from 'bcrypt';
import pg from 'pg';
import { readRecordings } from './recording.ts';
import { type Holes, holesFor, type Replay, replayOf } from './replay.ts';

type Row = Record<string, unknown>;

const { DATABASE_URL, RECORDINGS = '' } = process.env;
const { recordings, recorded, accounts } = readRecordings(readFileSync(RECORDINGS));
const replays = new Map(
  [...recordings].map(([key, recording]) => [key, replayOf(key, recording, recorded)] as const),
);
const pool = new pg.Pool({ connectionString: DATABASE_URL, max: 10 });
pool.on('error', () => {});

/** @returns the rows of each statement */
async function run(statements: readonly Replay[], holes: Holes, body: Row): Promise<Row[][]> {
  const results: Row[][] = [];
  let client: pg.PoolClient | undefined;
  try {
    for (const { text, query } of statements) {
      if (/^begin/i.test(text)) client = await pool.connect();
      const { rows } = await (client ?? pool).query<Row>(query(holes));
      results.push(rows);
      if (typeof rows[0]?.version === 'number') noteVersion(holes, rows[0].version);
      if (typeof rows[0]?.password_hash === 'string' && client === undefined) {
        await requirePassword(body, rows[0].password_hash);
      }
    }
  } finally {
    client?.release();
  }
  return results;
}

function noteVersion(holes: Holes, version: number): void {
  holes.version = String(version);
  holes.next = String(version + 1);
}

async function requirePassword({ password }: Row, hash: string): Promise<void> {
  if (!(await bcrypt.compare(String(password), hash))) throw new Error('The password is wrong');
}

/** In a size like Taskpact's. */
function answerOf(results: readonly Row[][], body: Row): Row {
  const rows = results.at(-1) ?? [];
  const first = results[0]?.[0];
  if (rows.length <= 1) return { ...(first ?? rows[0]), ...body };
  const total = first?.total ?? null;
  return { items: rows.slice(0, -1), total, page: null, size: 20, pages: null, next_cursor: 'next' };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) text += chunk;
  return text;
}

/** Of a write that somebody else was faster with, the last statement tells nothing. */
const ATTEMPTS = 3;

async function serve(request: IncomingMessage): Promise<Row> {
  const [, key = '', account = ''] = request.url?.split('/') ?? [];
  const statements = replays.get(key);
  const caller = accounts[Number(account)];
  if (statements === undefined || caller === undefined) throw new Error(`There is nothing at ${request.url}`);
  const text = request.method === 'GET' ? '' : await bodyOf(request);
  const body: Row = text === '' ? {} : JSON.parse(text);
  for (let attempt = 1; ; attempt += 1) {
    const results = await run(statements, holesFor(caller, text), body);
    const isCommit = /^commit/i.test(statements.at(-1)?.text ?? '');
    if (isCommit || results.at(-1)?.length !== 0) return answerOf(results, body);
    if (attempt === ATTEMPTS) throw new Error('Nothing was found, or written');
  }
}

const server = createServer((request, response) => {
  const status = request.method === 'POST' && !request.url?.startsWith('/login') ? 201 : 200;
  serve(request).then(
    (body) => response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body)),
    (error: unknown) => response.writeHead(500).end(String(error)),
  );
});

server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  process.stdout.write(`${JSON.stringify({ port, msg: 'ready' })}\n`);
});
process.on('SIGTERM', () => process.exit(0));
