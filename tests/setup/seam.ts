import { createServer } from 'node:http';
import { Router } from 'express';
import type { parse } from 'yaml';
import { type ContractDocument, loadDocument } from '../../src/contract/document.ts';
import { createContractRouter } from '../../src/contract/router.ts';
import type { Handlers, Principal } from '../../src/contract/types.ts';
import { createValidator, type SecurityHandler } from '../../src/contract/validator.ts';
import { createApp } from '../../src/http/app.ts';
import { createLogger } from '../../src/http/logging.ts';
import { createRawClient, type RawClient } from './http.ts';

/** The seam between contract and code without the rest of the server: any contract, any handlers, no database. */
export interface SeamOptions {
  /** Called on a copy of the contract that holds only the operations below. */
  readonly change?: (document: Changeable) => void;
  /** Replaces handlers, or adds some; undefined takes one away. */
  readonly handlers?: Readonly<Record<string, ((input: never) => Promise<unknown>) | undefined>>;
  readonly responses?: 'strict' | 'log';
  readonly security?: Readonly<Record<string, SecurityHandler>>;
}

export interface Seam {
  readonly client: RawClient;
  /** Answers that broke the contract and went out. */
  readonly reported: readonly string[];
  /** Lines of the log that are warnings or worse. */
  readonly logged: readonly string[];
  close(): Promise<void>;
}

/** A contract that may be spoiled: whatever YAML can say. */
export type Changeable = ReturnType<typeof parse>;

export const TASK = {
  id: '0199f3a0-6f0b-7c3e-9d4a-2f6b8c1d0e5a',
  user_id: '0199f39f-11d2-7b60-8a4e-97c10f3de5b7',
  project_id: null,
  parent_id: null,
  title: 'Buy milk',
  description: null,
  status: 'pending',
  priority: 'none',
  due: null,
  due_at: null,
  tags: [],
  position: 'i000000001',
  is_overdue: false,
  version: 1,
  created_at: '2026-11-21T09:30:00.000Z',
  updated_at: '2026-11-21T09:30:00.000Z',
  completed_at: null,
  deleted_at: null,
};
const ETAG = { ETag: '"1"' };

/** Every kind of operation: a creation, a list, a read, a merge patch, a deletion and a public one. */
const HANDLERS: Required<SeamOptions>['handlers'] = {
  createTask: async () => ({ status: 201, headers: { ...ETAG, Location: '/api/v1/tasks/1' }, body: TASK }),
  listTasks: async () => ({
    status: 200,
    headers: { Link: '</api/v1/tasks?page=1>; rel="first"' },
    body: { items: [TASK], total: 1, page: 1, size: 20, pages: 1, next_cursor: null },
  }),
  getTask: async () => ({ status: 200, headers: ETAG, body: TASK }),
  replaceTask: async () => ({ status: 200, headers: ETAG, body: TASK }),
  updateTask: async () => ({ status: 200, headers: ETAG, body: TASK }),
  deleteTask: async () => ({ status: 204 }),
  getLiveness: async () => ({ status: 200, body: { status: 'ok' } }),
};

const PATHS = ['/api/v1/tasks', '/api/v1/tasks/{task_id}', '/health/live'];

/** Whoever sends a token is this one. */
const principal: Principal = {
  userId: TASK.user_id,
  sessionId: TASK.id,
  scopes: ['tasks:read', 'tasks:write'],
  authenticatedAt: 0,
};
const trustEverybody: SecurityHandler = async ({ res: response }) => {
  if (response !== undefined) response.locals.principal = principal;
};

/** @throws Error when contract and handlers do not fit, as the server's start does */
export async function createSeam(options: SeamOptions = {}): Promise<Seam> {
  const { change = () => {}, handlers = {}, responses = 'strict' } = options;
  const whole = structuredClone(loadDocument().document) as Changeable;
  whole.paths = Object.fromEntries(PATHS.map((path) => [path, whole.paths[path]]));
  change(whole);
  const document: ContractDocument = whole;
  const reported: string[] = [];
  const logged: string[] = [];
  const validatorFor = await createValidator({
    document,
    securityHandlers: options.security ?? { bearerAuth: trustEverybody },
    responses,
    onInvalidResponse: (error) => reported.push(error.message),
  });
  const given = Object.entries({ ...HANDLERS, ...handlers }).filter(([, handler]) => handler !== undefined);
  const app = createApp({
    config: { corsOrigins: [], publicUrl: 'http://localhost:3000', trustProxy: false },
    document,
    logger: createLogger('warn', { write: (line: string) => void logged.push(line) }),
    metrics: (_request, _response, next) => next(),
    documents: [Router()],
    operations: createContractRouter({
      document,
      handlers: Object.fromEntries(given) as unknown as Handlers,
      validatorFor,
    }),
  });
  const server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const client = createRawClient(server);
  const close = async (): Promise<void> => {
    client.close();
    await new Promise((resolve) => server.close(resolve));
  };
  return { client, reported, logged, close };
}
