/** That the sequences cover every operation with an id in its path, and that paths are understood as they are meant. */
import { describe, expect, it } from 'vitest';
import { type ContractOperation, operations } from '../../setup/contract.ts';
import { stepsOf } from './life.ts';
import { derive } from './resources.ts';

describe('of this contract', () => {
  const { resources, singletons, unexplained } = derive(operations);

  it('is complete: it explains every operation with an id in its path', () => {
    expect(unexplained).toEqual([]);
    expect(resources).not.toEqual([]);
    const lines = [...resources, ...singletons].map(
      (resource) =>
        `${resource.name}:\n${stepsOf(resource)
          .map(({ does }) => `    ${does}\n`)
          .join('')}`,
    );
    process.stdout.write(`The sequences that the contract gives\n  ${lines.join('  ')}`);
  });
});

/** An operation from a line like `POST /api/v1/things 201`. */
function parse(line: string): ContractOperation {
  const [method = '', path = '', ...statuses] = line.split(' ');
  return {
    operationId: `${method} ${path}`,
    method,
    path,
    statuses: statuses.map(Number),
    scopes: [],
    mediaTypes: [],
    pathParameters: [],
  };
}

const understand = (...lines: string[]) => derive(lines.map(parse));

describe('of another contract', () => {
  it('knows what creates, lists, reads, changes, deletes and restores a thing', () => {
    const lines = {
      create: 'POST /api/v1/projects 201',
      list: 'GET /api/v1/projects 200',
      read: 'GET /api/v1/projects/{project_id} 200',
      update: 'PATCH /api/v1/projects/{project_id} 200',
      replace: 'PUT /api/v1/projects/{project_id} 200',
      remove: 'DELETE /api/v1/projects/{project_id} 204',
      restore: 'POST /api/v1/projects/{project_id}/restore 200',
    };
    const { resources, unexplained } = understand(...Object.values(lines));
    expect(unexplained).toEqual([]);
    expect(resources).toEqual([
      expect.objectContaining({
        name: 'projects',
        parameter: 'project_id',
        parents: [],
        views: [],
        actions: [],
        ...Object.fromEntries(Object.entries(lines).map(([role, line]) => [role, parse(line)])),
      }),
    ]);
  });

  it('tells what can be done with a thing from the collections in it', () => {
    const { resources, unexplained } = understand(
      'POST /api/v1/tasks 201',
      'DELETE /api/v1/tasks/{task_id} 204',
      'POST /api/v1/tasks/{task_id}/complete 200',
      'GET /api/v1/tasks/{task_id}/history 200',
      'POST /api/v1/tasks/{task_id}/comments 201',
      'GET /api/v1/tasks/{task_id}/comments/{comment_id} 200',
    );
    expect(unexplained).toEqual([]);
    expect(resources).toMatchObject([
      {
        name: 'tasks',
        actions: [{ path: '/api/v1/tasks/{task_id}/complete' }],
        views: [{ path: '/api/v1/tasks/{task_id}/history' }],
      },
      { name: 'tasks/comments', parents: [{ name: 'tasks' }], create: { method: 'POST' } },
    ]);
  });

  it('takes user_id for the caller, unless users are things', () => {
    const own = understand('POST /users/{user_id}/tasks 201', 'GET /users/{user_id}/tasks/{task_id} 200');
    expect(own).toMatchObject({ resources: [{ name: '/users/tasks', parents: [] }], unexplained: [] });
    const managed = understand('POST /admin/users 201', 'GET /admin/users/{user_id} 200');
    expect(managed).toMatchObject({ resources: [{ parameter: 'user_id' }], unexplained: [] });
  });

  it('takes what is only listed for what a log-in leaves there', () => {
    const { resources, unexplained } = understand(
      'GET /api/v1/me/sessions 200',
      'DELETE /api/v1/me/sessions/{session_id} 204',
    );
    expect(unexplained).toEqual([]);
    expect(resources).toMatchObject([{ name: 'me/sessions', create: undefined }]);
  });

  it('knows things of which everybody has one', () => {
    const { singletons } = understand('GET /api/v1/me 200 304', 'PATCH /api/v1/me 200', 'GET /health 200');
    expect(singletons).toMatchObject([{ name: 'me', update: { method: 'PATCH' }, create: undefined }]);
    const list = understand('GET /api/v1/tasks 200 304', 'DELETE /api/v1/tasks/{task_id} 204');
    expect(list.singletons).toEqual([]);
  });

  it.each([
    ['GET /api/v1/notes/{note_id} 200', 'nothing creates or lists what /api/v1/notes/{note_id} names'],
    ['POST /api/v1/notes/{note_id}/pin 200', 'the contract has no operation on /api/v1/notes/{note_id}'],
    ['POST /api/v1/notes/{note_id} 200', 'no sequence has a place for it'],
    ['GET /api/v1/teams/{team_id}/tasks/{task_id} 200', 'no operation on /api/v1/teams/{team_id}'],
  ])('does not pretend to understand %s', (line, reason) => {
    expect(understand(line).unexplained).toEqual([expect.stringContaining(reason)]);
  });
});
