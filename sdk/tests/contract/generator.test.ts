/** What the client is made of: that it is what the contract gives, and what the generator makes of contracts to come. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { writeApiMd } from '../../scripts/api-md.ts';
import { type Document, readContract } from '../../scripts/contract.ts';
import { writeResources } from '../../scripts/resources.ts';
import { buildTree } from '../../scripts/tree.ts';

test('what is generated is what the contract gives', () => {
  const script = join(import.meta.dirname, '../../scripts/generate.ts');
  const { status, stderr } = spawnSync(process.execPath, [script, '--check'], { encoding: 'utf8' });
  expect(stderr).toBe('');
  expect(status).toBe(0);
});

const schema = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const json = (name: string) => ({ content: { 'application/json': { schema: schema(name) } } });
const parameter = (place: string, name: string, more = {}) => ({
  in: place,
  name,
  description: `The ${name}.`,
  ...more,
});

/** A contract with everything that ours does not have yet. */
const document: Document = {
  tags: [
    { name: 'Me', description: 'The caller.' },
    { name: 'Projects', description: 'Projects.' },
  ],
  paths: {
    '/me/sessions': {
      get: {
        operationId: 'listSessions',
        tags: ['Me'],
        summary: 'List sessions',
        responses: { 200: json('SessionList') },
      },
    },
    '/projects/{project_id}/tasks/{task_id}/move': {
      parameters: [parameter('path', 'project_id'), parameter('path', 'task_id')],
      post: {
        operationId: 'moveTask',
        tags: ['Projects'],
        summary: 'Move a task',
        description: 'Moves */ it.',
        deprecated: true,
        security: [{ bearerAuth: ['tasks:write'] }],
        parameters: [parameter('header', 'Idempotency-Key'), parameter('header', 'If-Match')],
        requestBody: { required: true, ...json('Move') },
        responses: { 200: json('Session'), 409: { description: 'There is one.' } },
      },
    },
    '/projects/batch': {
      post: {
        operationId: 'batchProjects',
        tags: ['Projects'],
        summary: 'Several at once',
        requestBody: { required: true, ...json('Batch') },
        responses: { 202: { description: 'Later.' } },
      },
    },
    '/projects/whole': {
      put: {
        operationId: 'putProjects',
        tags: ['Projects'],
        summary: 'All at once',
        requestBody: { required: true, ...json('Whole') },
        responses: { 204: { description: 'Done.' } },
      },
    },
    '/admin/users': {
      get: {
        operationId: 'adminListUsers',
        tags: ['Me'],
        summary: 'List accounts',
        parameters: [parameter('query', 'page')],
        responses: { 200: json('SessionList') },
      },
    },
    '/projects': {
      get: {
        operationId: 'listProjects',
        tags: ['Projects'],
        summary: 'List projects',
        parameters: [
          parameter('query', 'cursor'),
          parameter('query', 'due_from'),
          parameter('query', 'sort'),
        ],
        responses: { 200: json('SessionList') },
      },
    },
  } as unknown as Document['paths'],
  components: {
    schemas: {
      Session: {
        type: 'object',
        description: 'A session.',
        properties: { id: { type: 'string' } },
        required: ['id'],
      },
      SessionList: { type: 'object', properties: { items: { type: 'array', items: schema('Session') } } },
      Move: {
        type: 'object',
        description: 'Where to.',
        properties: {
          position: { type: ['integer', 'null'] },
          near: { oneOf: [schema('Session'), { type: 'null' }] },
          marks: { type: 'array', items: { type: ['string', 'null'] } },
          counts: { type: 'object', additionalProperties: { type: 'integer' } },
        },
      },
      Batch: {
        description: 'Many things.',
        oneOf: [schema('Move'), schema('Whole')],
      },
      Whole: { allOf: [schema('Move'), { type: 'object', properties: {} }] },
      Unused: { type: 'object', properties: {} },
    },
  },
};
const names = {
  listSessions: 'me.sessions.list',
  moveTask: 'projects.tasks.move',
  batchProjects: 'projects.batch',
  putProjects: 'projects.put',
  adminListUsers: 'admin.users.list',
  listProjects: 'projects.list',
};

describe('the generator', () => {
  const contract = readContract(document);
  const tree = buildTree(contract.operations, names);
  const source = writeResources(contract, tree).replaceAll(/\s+/g, ' ');

  test('nests resources as deep as their names', () => {
    expect(source).toContain('export class MeSessionsResource');
    expect(source).toContain('export class MeResource { readonly sessions: MeSessionsResource;');
    expect(source).toContain('this.sessions = new MeSessionsResource(caller);');
    expect(source).toContain('this.me = new MeResource(caller);');
    expect(source.indexOf('class MeSessionsResource')).toBeLessThan(source.indexOf('class MeResource'));
  });

  test('offers only what an operation takes', () => {
    expect(source).toContain(
      'move(projectId: string, taskId: string, body: Move, options?: CallOptions & IfMatch<Session> & IdempotencyKey): ApiPromise<Session>',
    );
    expect(source).toContain(
      "return call(this.#caller, ProjectsApi, 'moveTask', { projectId, taskId, move: body }, options);",
    );
  });

  test('names queries as they are on the wire', () => {
    expect(source).toContain("due_from?: ProjectsApiListProjectsRequest['dueFrom'];");
    expect(source).toContain("'listProjects', { ...query, dueFrom: query.due_from }, options");
  });

  test('takes unions and compositions for bodies, and knows when there is no answer', () => {
    expect(source).toContain('batch(body: Batch, options?: CallOptions): ApiPromise<void>');
    expect(source).toContain('put(body: Whole, options?: CallOptions): ApiPromise<void>');
  });

  test('refuses what its methods could not send or read', () => {
    const change = (operation: object): (() => unknown) => {
      const path = { get: { operationId: 'odd', tags: ['Me'], summary: 'Odd', responses: {}, ...operation } };
      return () => readContract({ ...document, paths: { '/odd': path } as unknown as Document['paths'] });
    };
    const text = { content: { 'text/csv': { schema: { type: 'string' } } } };
    expect(change({ responses: { 200: text } })).toThrow('odd has a body that is not JSON');
    const header = parameter('header', 'X-Tenant', { required: true });
    expect(change({ parameters: [header] })).toThrow('odd needs the header X-Tenant');
  });

  test('pages through lists that have a cursor or numbers, and no others', () => {
    expect(source).toContain(
      'list(query: ProjectsListQuery = {}, options?: CallOptions): ListPromise<Session, SessionList>',
    );
    expect(source).toContain(
      'list(query: AdminUsersListQuery = {}, options?: CallOptions): ListPromise<Session, SessionList>',
    );
    expect(source).toContain('list(options?: CallOptions): ApiPromise<SessionList>');
  });

  test('takes the documentation over', () => {
    expect(source).toContain(
      'Move a task: `POST /projects/{project_id}/tasks/{task_id}/move` (needs `tasks:write`).',
    );
    expect(source).toContain('Moves *\\/ it.');
    expect(source).toContain('@param taskId The task_id.');
    expect(source).toContain('@throws ConflictError: There is one.');
    expect(source).toContain('@deprecated');
  });

  test('imports what it uses, and nothing else', () => {
    expect(source).toContain(
      'import { MeApi, ProjectsApi, type MeApiAdminListUsersRequest, type ProjectsApiListProjectsRequest } from',
    );
    expect(source).toContain('import type { Batch, Move, Session, SessionList, Whole } from');
    expect(source).toContain('import type { CallOptions, IdempotencyKey, IfMatch } from');
  });

  test('writes the reference', () => {
    const text = writeApiMd(contract, tree);
    expect(text).toContain('`client.projects.tasks.move(projectId, taskId, body, options?)`');
    expect(text).toContain('**Deprecated.**');
    expect(text).toContain('`options` also takes `ifMatch` and `idempotencyKey`.');
    expect(text).toContain('| `position` (optional) | number \\| null |');
    expect(text).toContain('| `near` (optional) | [Session](#session) \\| null |');
    expect(text).toContain('| `marks` (optional) | (string \\| null)[] |');
    expect(text).toContain('| `counts` (optional) | Record&lt;string, number> |');
    expect(text).toContain('One of `Move`, `Whole`.');
    expect(text).not.toContain('Unused');
  });

  test('refuses operations without a name, names without an operation, and two of the same name', () => {
    const { listSessions, ...rest } = names;
    expect(() => buildTree(contract.operations, rest)).toThrow(
      'Name these operations in methods.ts: listSessions',
    );
    expect(() => buildTree(contract.operations, { ...names, fly: 'me.fly' })).toThrow(
      'not in the contract: fly',
    );
    const twice = { ...names, moveTask: listSessions };
    expect(() => buildTree(contract.operations, twice)).toThrow('me.sessions.list twice');
  });
});
