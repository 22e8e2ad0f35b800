/** What the compiler refuses between contract and code: each snippet stands for a mistake that must not build. */
import { join } from 'node:path';
import ts from 'typescript';
import { beforeAll, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const PRELUDE = `
  import type { Handler, Handlers, Input, Reply, Schemas } from '../../src/contract/types.ts';
  declare const all: Handlers;
  declare const task: Schemas['Task'];
  declare const list: Schemas['TaskList'];
  declare const tokens: Schemas['TokenSet'];
  export type Used = [Handler<'getMe'>, Input<'getMe'>, Reply<'getMe'>, typeof all, typeof task, typeof list, typeof tokens];
`;

const GOOD = {
  'all handlers': 'export const them = { ...all } satisfies Handlers;',
  'a read': `export const it: Handler<'getTask'> = async ({ path, headers, principal }) => {
    const known: string | undefined = headers['if-none-match'];
    if (known === path.task_id) return { status: 304, headers: { ETag: '"1"' } };
    return { status: 200, headers: { ETag: '"1"' }, body: { ...task, user_id: principal.userId } };
  };`,
  'a list': `export const it: Handler<'listTasks'> = async ({ query }) => {
    const size: number | undefined = query.size;
    const statuses: Schemas['TaskStatus'][] | undefined = query.status;
    return { status: 200, headers: { Link: String(size) + statuses }, body: list };
  };`,
  'a creation, with the defaults filled in': `export const it: Handler<'createTask'> = async ({ body }) => {
    const status: Schemas['TaskStatus'] = body.status;
    return { status: 201, headers: { ETag: '"1"', Location: '/' }, body: { ...task, status } };
  };`,
  'a merge patch, where absent is not null': `export const it: Handler<'updateTask'> = async ({ body }) => {
    const description: string | null | undefined = body.description;
    return { status: 200, headers: { ETag: '"1"' }, body: { ...task, description: description ?? null } };
  };`,
  'a deletion': `export const it: Handler<'deleteTask'> = async () => ({ status: 204 });`,
  'a public operation': `export const it: Handler<'login'> = async ({ body, client }) => {
    const who: string = 'username' in body ? body.username : body.email;
    return { status: 200, body: { ...tokens, scope: who + client.ip } };
  };`,
};

const BAD: Record<string, { code: number; source: string }> = {
  'a handler is missing': {
    code: 2741,
    source: 'const { getMe, ...rest } = all; void getMe; export const them: Handlers = rest;',
  },
  'most handlers are missing': {
    code: 2740,
    source: `export const them: Handlers = { getLiveness: async () => ({ status: 200, body: { status: 'ok' } }) };`,
  },
  'a handler has no operation': {
    code: 2353,
    source: 'export const them = { ...all, dropTables: async () => ({ status: 204 }) } satisfies Handlers;',
  },
  'a handler is that of another operation': {
    code: 2322,
    source: 'export const them: Handlers = { ...all, getMe: all.getTask };',
  },
  'there is no such operation': {
    code: 2344,
    source: `export type It = Handler<'dropTables'>;`,
  },
  'the status is not documented': {
    code: 2322,
    source: `export const it: Handler<'createTask'> = async () => ({
      status: 202, headers: { ETag: '"1"', Location: '/' }, body: task,
    });`,
  },
  'an error is returned rather than thrown': {
    code: 2322,
    source: `export const it: Handler<'getTask'> = async () => ({ status: 404 });`,
  },
  'a field of the body is missing': {
    code: 2322,
    source: `const { version, ...partly } = task; void version;
    export const it: Handler<'getTask'> = async () => ({ status: 200, headers: { ETag: '"1"' }, body: partly });`,
  },
  'a field of the body has another type': {
    code: 2322,
    source: `export const it: Handler<'getTask'> = async () => ({
      status: 200, headers: { ETag: '"1"' }, body: { ...task, created_at: new Date() },
    });`,
  },
  'a field of the body has a value that is not listed': {
    code: 2322,
    source: `export const it: Handler<'getTask'> = async () => ({
      status: 200, headers: { ETag: '"1"' }, body: { ...task, status: 'done' },
    });`,
  },
  'a mapper adds a field that the contract does not know': {
    code: 2353,
    source: `export const toTask = (): Schemas['Task'] => ({ ...task, password_hash: '' });`,
  },
  'there is no body': {
    code: 2322,
    source: `export const it: Handler<'getLiveness'> = async () => ({ status: 200 });`,
  },
  'a 204 has a body': {
    code: 2322,
    source: `export const it: Handler<'deleteTask'> = async () => ({ status: 204, body: task });`,
  },
  'a 304 has a body': {
    code: 2322,
    source: `export const it: Handler<'getTask'> = async () => ({ status: 304, headers: { ETag: '"1"' }, body: task });`,
  },
  'the ETag is missing': {
    code: 2322,
    source: `export const it: Handler<'getTask'> = async () => ({ status: 200, body: task });`,
  },
  'one of two headers is missing': {
    code: 2322,
    source: `export const it: Handler<'createTask'> = async () => ({ status: 201, headers: { ETag: '"1"' }, body: task });`,
  },
  'the name of a path parameter is wrong': {
    code: 2551,
    source: `export const read = ({ path }: Input<'getTask'>) => path.taskId;`,
  },
  'an operation without path parameters is asked for one': {
    code: 2339,
    source: `export const read = ({ path }: Input<'getMe'>) => path.task_id;`,
  },
  'a query parameter is not known': {
    code: 2339,
    source: `export const read = ({ query }: Input<'listTasks'>) => query.colour;`,
  },
  'a header is not named as Node names it': {
    code: 2551,
    source: `export const read = ({ headers }: Input<'getTask'>) => headers['If-None-Match'];`,
  },
  'a field of the body is not known': {
    code: 2339,
    source: `export const read = ({ body }: Input<'createTask'>) => body.user_id;`,
  },
  'a field that may be absent is taken for granted': {
    code: 18048,
    source: `export const read = ({ body }: Input<'updateTask'>) => body.title.length;`,
  },
  'a public operation asks who calls': {
    code: 18048,
    source: `export const read = ({ principal }: Input<'login'>) => principal.userId;`,
  },
  'the input is changed': {
    code: 2540,
    source: `export const write = (input: Input<'createTask'>): void => { input.body = { ...input.body }; };`,
  },
};

describe('the seam between contract and code', () => {
  let codes: Map<string, readonly number[]>;
  beforeAll(() => {
    const bad = Object.entries(BAD).map(([name, { source }]) => [name, source]);
    codes = compile(Object.fromEntries([...Object.entries(GOOD), ...bad]));
  });

  it.each(Object.keys(GOOD))('lets %s through', (name) => {
    expect(codes.get(name)).toEqual([]);
  });

  it.each(Object.entries(BAD))('does not compile when %s', (name, { code }) => {
    expect(codes.get(name)).toEqual([code]);
  });
});

/** Compiles all snippets at once, with the options of this repository. Answers the error codes of each. */
function compile(snippets: Readonly<Record<string, string>>): Map<string, readonly number[]> {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile);
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root);
  const names = Object.keys(snippets);
  const paths = names.map((_, index) =>
    join(root, `tests/contract/snippet${index}.ts`).replaceAll('\\', '/'),
  );
  const texts = new Map(paths.map((path, index) => [path, PRELUDE + snippets[names[index] ?? '']]));
  const host = ts.createCompilerHost(options);
  const { fileExists, getSourceFile } = host;
  host.fileExists = (path) => texts.has(path) || fileExists(path);
  host.getSourceFile = (path, target, ...rest) => {
    const text = texts.get(path);
    return text === undefined
      ? getSourceFile(path, target, ...rest)
      : ts.createSourceFile(path, text, target);
  };
  const program = ts.createProgram(paths, options, host);
  return new Map(
    names.map((name, index) => {
      const file = program.getSourceFile(paths[index] ?? '');
      const found = [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)];
      return [name, found.map(({ code }) => code)];
    }),
  );
}
