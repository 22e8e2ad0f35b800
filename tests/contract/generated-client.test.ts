/**
 * What front ends rely on in the generated client, and the server in the generated types: that a merge patch can say null
 * and can say nothing, that instants are strings, and what goes over the wire.
 */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import ts from 'typescript';
import { beforeAll, describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');

const messages = (diagnostics: readonly ts.Diagnostic[]): string[] =>
  diagnostics.map(({ file, code, messageText }) => {
    const text = ts.flattenDiagnosticMessageText(messageText, ' ');
    return `${file ? `${file.fileName.replace(`${root}/`, '')} ` : ''}TS${code}: ${text}`;
  });

/** Compiles sources as if they stood in `generated/`, with the options of this repository. Answers what is wrong with each. */
function compile(sources: Record<string, string>): Map<string, string[]> {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile);
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root);
  const files = Object.entries(sources).map(([name, text], i) => ({
    name,
    text,
    path: join(root, `generated/source${i}.ts`).replaceAll('\\', '/'),
  }));
  const virtual = new Map(files.map(({ path, text }) => [path, text]));
  const host = ts.createCompilerHost(options);
  const { fileExists, getSourceFile } = host;
  host.fileExists = (path) => virtual.has(path) || fileExists(path);
  host.getSourceFile = (path, target, ...rest) => {
    const text = virtual.get(path);
    return text === undefined
      ? getSourceFile(path, target, ...rest)
      : ts.createSourceFile(path, text, target);
  };
  const program = ts.createProgram([...virtual.keys()], options, host);
  return new Map(
    files.map(({ name, path }) => {
      const file = program.getSourceFile(path);
      return [
        name,
        messages([...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)]),
      ];
    }),
  );
}

describe.each([
  {
    which: 'the client',
    schema: (name: string) => `import type { ${name} as It } from './client/models/index.ts';\n`,
    // The server fills the defaults in, so a client may leave them out.
    create: "{ title: 'Buy milk' }",
  },
  {
    which: 'the types of the server',
    schema: (name: string) =>
      `import type { components } from './openapi.d.ts';\ntype It = components['schemas']['${name}'];\n`,
    // What a handler gets has been through the validator, which has filled the defaults in.
    create: `{ title: 'Buy milk', description: null, status: 'pending', priority: 'none', project_id: null,
      parent_id: null, due: null, tags: [] }`,
  },
])('$which', ({ schema, create }) => {
  const value = (name: string, literal: string) => `${schema(name)}export const it: It = ${literal};`;
  const member = (name: string, key: string, type: string) => `${schema(name)}
    type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
    export const same: Same<It['${key}'], ${type}> = true;`;

  const good = {
    'a patch that says nothing': value('TaskUpdate', '{}'),
    'a patch that clears the description': value('TaskUpdate', '{ description: null }'),
    'a patch that sets the description': value('TaskUpdate', "{ description: 'The blue carton.' }"),
    'a patch that clears the name': value('UserUpdate', '{ name: null }'),
    'a task to create': value('TaskCreate', create),
    'an instant that is a string': member('Task', 'created_at', 'string'),
    'an instant that may be null': member('Task', 'completed_at', 'string | null'),
    'a text that may be null': member('Task', 'description', 'string | null'),
    'a number that may be null': member('TaskList', 'total', 'number | null'),
    'words for a status': member('Task', 'status', "'pending' | 'in_progress' | 'completed' | 'cancelled'"),
  };
  const bad = {
    'a patch that clears the title': value('TaskUpdate', '{ title: null }'),
    'a patch that clears the status': value('TaskUpdate', '{ status: null }'),
    'a status that does not exist': value('TaskUpdate', "{ status: 'done' }"),
    'a field that does not exist': value('TaskUpdate', '{ colour: 1 }'),
    'undefined, for which JSON has no word': value('TaskUpdate', '{ title: undefined }'),
    'a task to create without a title': value('TaskCreate', create.replace(/title: 'Buy milk',?/, '')),
    'an instant that is a Date': member('Task', 'created_at', 'Date'),
  };
  let faults: Map<string, string[]>;
  beforeAll(() => {
    faults = compile({ ...good, ...bad });
  }, 30_000);

  test.each(Object.keys(good))('have %s', (name) => {
    expect(faults.get(name)).toEqual([]);
  });

  test.each(Object.keys(bad))('do not have %s', (name) => {
    expect(faults.get(name)).toEqual([expect.stringMatching(/TS(2322|2353|2375|2741)/)]);
  });
});

test('the client compiles in a strict project', { timeout: 30_000 }, () => {
  const program = ts.createProgram([join(root, 'generated/client/index.ts')], {
    target: ts.ScriptTarget.ES2022,
    lib: ['lib.es2022.d.ts', 'lib.dom.d.ts'],
    module: ts.ModuleKind.NodeNext,
    strict: true,
    noUncheckedIndexedAccess: true,
    verbatimModuleSyntax: true,
    isolatedModules: true,
    types: [],
    noEmit: true,
  });
  expect(messages(ts.getPreEmitDiagnostics(program))).toEqual([]);
});

/** The parts of the client that are used here; its own types need the DOM, which this repository has not. */
interface TasksApi {
  updateTask(parameters: { taskId: string; taskUpdate: object; ifMatch?: string }): Promise<unknown>;
  listTasks(parameters?: { status?: string[]; cursor?: string; size?: number }): Promise<unknown>;
}
interface Client {
  Configuration: new (options: object) => object;
  TasksApi: new (configuration: object) => TasksApi;
  ResponseError: new (...parameters: never[]) => Error & { response: Response };
}

describe('over the wire, the client', () => {
  const taskId = '0199f3a0-6f0b-7c3e-9d4a-2f6b8c1d0e5a';
  const task = { id: taskId, created_at: '2026-11-21T09:30:00.000Z', invented_later: 1 };
  let client: Client;
  beforeAll(async () => {
    client = await import(/* @vite-ignore */ pathToFileURL(join(root, 'generated/client/index.ts')).href);
  });

  /** A client whose server always gives the same answer, and what that server was asked. */
  function connect(answer: unknown = task, init: ResponseInit = {}) {
    const requests: { url: string; method: string; headers: Record<string, string>; body: unknown }[] = [];
    const fetchApi = async (url: string, { method, headers, body }: (typeof requests)[number]) => {
      requests.push({ url, method, headers, body });
      return new Response(JSON.stringify(answer), init);
    };
    const accessToken = async () => 'Bearer abc';
    const configuration = new client.Configuration({ basePath: 'https://tasks.test', fetchApi, accessToken });
    return { tasks: new client.TasksApi(configuration), requests };
  }

  test('sends the null of a patch', async () => {
    const { tasks, requests } = connect();
    await tasks.updateTask({ taskId, taskUpdate: { description: null } });
    expect(requests).toEqual([
      {
        url: `https://tasks.test/api/v1/tasks/${taskId}`,
        method: 'PATCH',
        headers: { 'Content-Type': 'application/json', Authorization: 'Bearer abc' },
        body: '{"description":null}',
      },
    ]);
  });

  test('sends nothing for what a patch leaves out', async () => {
    const { tasks, requests } = connect();
    await tasks.updateTask({ taskId, taskUpdate: {} });
    expect(requests[0]?.body).toBe('{}');
  });

  test('sends the entity tag', async () => {
    const { tasks, requests } = connect();
    await tasks.updateTask({ taskId, taskUpdate: {}, ifMatch: '"3"' });
    expect(requests[0]?.headers).toMatchObject({ 'If-Match': '"3"' });
  });

  // The security scheme is oauth2, for which the generator adds no word of its own.
  test('sends as Authorization exactly what accessToken gives, so that has to start with Bearer', async () => {
    const { tasks, requests } = connect();
    await tasks.listTasks();
    expect(requests[0]?.headers.Authorization).toBe('Bearer abc');
  });

  test('repeats a filter that has several values, and escapes', async () => {
    const { tasks, requests } = connect();
    await tasks.listTasks({ status: ['pending', 'in_progress'], cursor: 'a.b-c_d', size: 5 });
    expect(requests[0]?.url).toBe(
      'https://tasks.test/api/v1/tasks?status=pending&status=in_progress&cursor=a.b-c_d&size=5',
    );
  });

  test('hands an answer on as it came, instants as strings and later fields too', async () => {
    const { tasks } = connect();
    expect(await tasks.updateTask({ taskId, taskUpdate: {} })).toEqual(task);
  });

  test('throws the answer of a failure', async () => {
    const { tasks } = connect({ code: 'not_found' }, { status: 404 });
    const failure = await tasks.updateTask({ taskId, taskUpdate: {} }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(client.ResponseError);
    expect(await (failure as InstanceType<Client['ResponseError']>).response.json()).toEqual({
      code: 'not_found',
    });
  });
});
