import { type LoadRequest, NUMBER } from './load.ts';
import { type Account, PASSWORD } from './seed.ts';

/** Something that is asked of Taskpact, and of the limit. */
export interface Scenario {
  readonly key: string;
  readonly name: string;
  readonly request: (account: Account) => LoadRequest;
  /** The answer to it. */
  readonly status: number;
  /** Asked by one account, for its rows are in the request; else by all in turn. */
  readonly oneAccount?: true;
  readonly connections?: number;
  /** What it is compared with when that is not the limit: the key of another scenario of Taskpact's. */
  readonly beside?: string;
  /** Share of what it is compared with that is aimed at. */
  readonly goal?: number;
  /** Takes back what was written since the instant, in statements with one `?` for it. */
  readonly undo?: readonly string[];
}

const get =
  (path: (account: Account) => string) =>
  (account: Account): LoadRequest => ({
    method: 'GET',
    path: `/api/v1${path(account)}`,
    headers: { Authorization: account.authorization },
  });

const send =
  (method: string, path: (account: Account) => string, body: (account: Account) => object) =>
  (account: Account): LoadRequest => ({
    method,
    path: `/api/v1${path(account)}`,
    headers: { Authorization: account.authorization, 'Content-Type': 'application/json' },
    body: JSON.stringify(body(account)),
  });

const firstPage = get(() => '/tasks?size=20');
const TITLE = `Bench task ${NUMBER}`;
const DESCRIPTION = 'Something that has to be done soon, '.repeat(3).trim();
/** What an update leaves behind is not more rows, but dead ones. */
const UNDO_TASKS = ['delete from events where at > ?', 'delete from tasks where created_at > ?'] as const;

export const SCENARIOS: readonly Scenario[] = [
  {
    key: 'getTask',
    name: 'one task',
    request: get(({ task }) => `/tasks/${task}`),
    status: 200,
    goal: 0.6,
  },
  {
    key: 'page',
    name: 'page of 20 by cursor',
    request: get(({ cursor }) => `/tasks?size=20&cursor=${cursor}`),
    status: 200,
    oneAccount: true,
    goal: 0.6,
  },
  { key: 'total', name: 'page of 20 with total', request: firstPage, status: 200, goal: 0.6 },
  {
    key: 'filtered',
    name: 'filtered page',
    request: get(() => '/tasks?size=20&status=pending&status=in_progress&priority=none&sort=due_at'),
    status: 200,
  },
  {
    key: 'createTask',
    name: 'create a task, with its event',
    request: send(
      'POST',
      () => '/tasks',
      () => ({ title: TITLE, description: DESCRIPTION }),
    ),
    status: 201,
    goal: 0.6,
    undo: UNDO_TASKS,
  },
  {
    key: 'updateTask',
    name: 'update a task, with its event',
    request: send(
      'PATCH',
      ({ task }) => `/tasks/${task}`,
      () => ({ title: TITLE }),
    ),
    status: 200,
    goal: 0.6,
    undo: UNDO_TASKS,
  },
  {
    key: 'conditional',
    name: 'the same page again (304), to its own 200',
    request: (account) => {
      const { headers, ...request } = firstPage(account);
      return { ...request, headers: { ...headers, 'If-None-Match': account.tag } };
    },
    status: 304,
    oneAccount: true,
    beside: 'total',
    goal: 1.5,
  },
  {
    key: 'login',
    name: 'log in',
    request: send(
      'POST',
      () => '/auth/login',
      ({ email }) => ({ email, password: PASSWORD }),
    ),
    status: 200,
    connections: 4,
    undo: ['delete from sessions where created_at > ?'],
  },
];
