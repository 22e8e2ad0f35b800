/**
 * The limit: what Node and PostgreSQL can do with the same rows when nothing else is asked of them. `node:http`, one
 * prepared statement, `JSON.stringify`; no authentication, no validation, no framework.
 */
import { createServer } from 'node:http';
import pg from 'pg';

const { DATABASE_URL, USER_ID = '', CURSOR_AT = '', CURSOR_ID = '' } = process.env;
const SIZE = 20;

const pool = new pg.Pool({ connectionString: DATABASE_URL, max: 10 });
pool.on('error', () => {});

/** As much as Taskpact reads for a page; the user is the first parameter of every statement. */
const COLUMNS = `id, user_id, project_id, parent_id, title, description, status, priority,
  due_date, due_time, due_timezone, due_at, position, version, created_at, updated_at, completed_at, deleted_at,
  array(
    select tags.name from task_tags join tags on tags.user_id = task_tags.user_id and tags.id = task_tags.tag_id
    where task_tags.user_id = $1 and tags.user_id = $1 and task_tags.task_id = tasks.id order by tags.name_norm
  ) as tags`;
const ORDER = 'order by created_at desc, id desc';

const statements = {
  page: {
    name: 'page',
    text: `select ${COLUMNS} from tasks where user_id = $1 and deleted_at is null
           and (created_at, id) < ($2, $3) ${ORDER} limit ${SIZE + 1}`,
    values: [USER_ID, CURSOR_AT, CURSOR_ID],
  },
  first: {
    name: 'first',
    text: `select ${COLUMNS} from tasks where user_id = $1 and deleted_at is null ${ORDER} limit ${SIZE + 1}`,
    values: [USER_ID],
  },
  count: {
    name: 'count',
    text: 'select count(*)::int as total from tasks where user_id = $1 and deleted_at is null',
    values: [USER_ID],
  },
};

async function page(): Promise<object> {
  const { rows } = await pool.query(statements.page);
  return {
    items: rows.slice(0, SIZE),
    total: null,
    page: null,
    size: SIZE,
    pages: null,
    next_cursor: 'next',
  };
}

async function countedPage(): Promise<object> {
  const { rows: counts } = await pool.query(statements.count);
  const { rows } = await pool.query(statements.first);
  const { total } = counts[0];
  const pages = Math.ceil(total / SIZE);
  return { items: rows.slice(0, SIZE), total, page: 1, size: SIZE, pages, next_cursor: 'next' };
}

const server = createServer((request, response) => {
  const work = request.url?.startsWith('/counted') ? countedPage() : page();
  work.then(
    (body) => response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(body)),
    (error: unknown) => response.writeHead(500).end(String(error)),
  );
});

server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.stdout.write(
    `${JSON.stringify({ port: typeof address === 'object' ? address?.port : 0, msg: 'ready' })}\n`,
  );
});
process.on('SIGTERM', () => process.exit(0));
