/** What counts as breaking: edited copies of the contract, each with one change. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { compareContracts } from '../../scripts/breaking/compare.ts';
import { parseContract } from '../../scripts/breaking/document.ts';

const text = readFileSync(join(import.meta.dirname, '../../openapi.yaml'), 'utf8');
const contract = parseContract(text, 'openapi.yaml');

/** The untyped tree that the contract is when it has just been read; what an edit names is checked by what it leads to. */
type Tree = ReturnType<typeof parse>;
type Edit = (contract: Tree) => void;

/** What the comparison says of the contract after an edit. */
function after(edit: Edit) {
  const edited: Tree = parse(text);
  edit(edited);
  const changed = stringify(edited, { aliasDuplicateObjects: false });
  return compareContracts(contract, parseContract(changed, 'edited'));
}

const tasks = (c: Tree) => c.paths['/api/v1/tasks'];
const task = (c: Tree) => c.paths['/api/v1/tasks/{task_id}'];
const schemas = (c: Tree) => c.components.schemas;
const without = (list: readonly string[], value: string) => list.filter((item) => item !== value);

const BREAKING: Record<string, readonly [Edit, string]> = {
  'an operation goes': [(c) => delete c.paths['/api/v1/me'].patch, 'PATCH /api/v1/me: removed'],
  'a path goes': [(c) => delete c.paths['/health/live'], 'GET /health/live: removed'],
  'an operation is renamed': [
    (c) => Object.assign(tasks(c).get, { operationId: 'getTasks' }),
    'GET /api/v1/tasks operationId: "listTasks" became "getTasks"',
  ],
  'a path parameter is renamed': [
    (c) => {
      c.paths['/api/v1/tasks/{id}'] = task(c);
      delete c.paths['/api/v1/tasks/{task_id}'];
      c.components.parameters.TaskId.name = 'id';
    },
    'paths: "/api/v1/tasks/{task_id}" became "/api/v1/tasks/{id}"',
  ],
  'a required parameter comes': [
    (c) =>
      tasks(c).get.parameters.push({ name: 'x', in: 'query', required: true, schema: { type: 'string' } }),
    'GET /api/v1/tasks parameters: added "x"',
  ],
  'a required parameter of a whole path comes': [
    (c) => task(c).parameters.push({ name: 'x', in: 'header', required: true, schema: { type: 'string' } }),
    'DELETE /api/v1/tasks/{task_id} parameters: added "x"',
  ],
  'a parameter goes': [
    (c) => tasks(c).get.parameters.shift(),
    'GET /api/v1/tasks parameters: removed "status"',
  ],
  'a parameter that is in place, among others that are not, narrows': [
    (c) => {
      const { PriorityFilter } = c.components.parameters;
      const list = tasks(c).get.parameters;
      list.splice(1, 1);
      list.unshift({ ...PriorityFilter, schema: { ...PriorityFilter.schema, maxItems: 2 } });
    },
    'GET /api/v1/tasks parameters/1/schema/maxItems: 5 became 2',
  ],
  'a parameter becomes required': [
    (c) => Object.assign(c.components.parameters.Size, { required: true }),
    'components/parameters/Size/required in requests: false became true',
  ],
  'a parameter is written in another style': [
    (c) => Object.assign(c.components.parameters.StatusFilter, { explode: false }),
    'components/parameters/StatusFilter/explode in requests: true became false',
  ],
  'a default changes': [
    (c) => Object.assign(c.components.parameters.Size.schema, { default: 10 }),
    'components/parameters/Size/schema/default in requests: 20 became 10',
  ],
  'a default beside a reference changes': [
    (c) => Object.assign(schemas(c).TaskCreate.properties.status, { default: 'in_progress' }),
    'components/schemas/TaskCreate/properties/status/default in requests: "pending" became "in_progress"',
  ],
  'a limit of a parameter narrows': [
    (c) => Object.assign(c.components.parameters.Size.schema, { maximum: 50 }),
    'components/parameters/Size/schema/maximum in requests: 100 became 50',
  ],
  'an upper limit of a field narrows': [
    (c) => Object.assign(schemas(c).TaskTitle, { maxLength: 100 }),
    'components/schemas/TaskTitle/maxLength in requests: 200 became 100',
  ],
  'a lower limit of a field narrows': [
    (c) => Object.assign(schemas(c).TaskTitle, { minLength: 3 }),
    'components/schemas/TaskTitle/minLength in requests: 1 became 3',
  ],
  'a limit comes': [
    (c) => Object.assign(schemas(c).RefreshToken, { pattern: '^[a-z]+$' }),
    'components/schemas/RefreshToken/pattern in requests: "^[ -~]+$" became "^[a-z]+$"',
  ],
  'a format of a request comes': [
    (c) => Object.assign(schemas(c).TaskTitle, { format: 'email' }),
    'components/schemas/TaskTitle/format in requests: added "email"',
  ],
  'a required body comes': [
    (c) => Object.assign(tasks(c).get, { requestBody: tasks(c).post.requestBody }),
    'GET /api/v1/tasks requestBody: added',
  ],
  'a body goes': [(c) => delete tasks(c).post.requestBody, 'POST /api/v1/tasks requestBody: removed'],
  'a media type goes': [
    (c) => delete task(c).patch.requestBody.content['application/merge-patch+json'],
    'PATCH /api/v1/tasks/{task_id} requestBody/content/application/merge-patch+json: removed',
  ],
  'a required field of a request comes': [
    (c) => {
      schemas(c).TaskCreate.properties.colour = { type: 'string' };
      schemas(c).TaskCreate.required.push('colour');
    },
    'components/schemas/TaskCreate/required in requests: added "colour"',
  ],
  'a field of a request goes, and would be refused': [
    (c) => delete schemas(c).TaskUpdate.properties.priority,
    'components/schemas/TaskUpdate/properties/priority in requests: removed',
  ],
  'a request may no longer be null': [
    (c) => Object.assign(schemas(c).TaskUpdate.properties, { description: { type: 'string' } }),
    'components/schemas/TaskUpdate/properties/description/type in requests: "null|string" became "string"',
  ],
  'a request may have no other fields than of one type': [
    (c) => {
      const schema = { ...schemas(c).TaskCreate, additionalProperties: { type: 'string' } };
      tasks(c).post.requestBody.content['application/json'].schema = schema;
    },
    'POST /api/v1/tasks requestBody/content/application/json/schema/additionalProperties: false became',
  ],
  'a value of a request goes': [
    (c) => Object.assign(schemas(c).TaskPriority, { enum: ['none', 'low', 'medium', 'high'] }),
    'components/schemas/TaskPriority/enum in requests: removed "urgent"',
  ],
  'a success changes its status': [
    (c) => {
      tasks(c).post.responses['200'] = tasks(c).post.responses['201'];
      delete tasks(c).post.responses['201'];
    },
    'POST /api/v1/tasks responses/201: removed',
  ],
  'a field of an answer goes': [
    (c) => {
      delete schemas(c).Task.properties.completed_at;
      schemas(c).Task.required = without(schemas(c).Task.required, 'completed_at');
    },
    'components/schemas/Task/properties/completed_at in responses: removed',
  ],
  'a field of an answer may be missing': [
    (c) => Object.assign(schemas(c).Task, { required: without(schemas(c).Task.required, 'priority') }),
    'components/schemas/Task/required in responses: removed "priority"',
  ],
  'a field of an answer changes its type': [
    (c) => Object.assign(schemas(c).TaskList.properties, { next_cursor: { type: 'integer' } }),
    'components/schemas/TaskList/properties/next_cursor/type in responses: "null|string" became "integer"',
  ],
  'a field of an answer may be null': [
    (c) => Object.assign(schemas(c).Version, { type: ['integer', 'null'] }),
    'components/schemas/Version/type in responses: "integer" became "integer|null"',
  ],
  'a whole number of an answer may have a fraction': [
    (c) => Object.assign(schemas(c).TaskList.properties.size, { type: 'number' }),
    'components/schemas/TaskList/properties/size/type in responses: "integer" became "number"',
  ],
  'a list in an answer has other items': [
    (c) =>
      Object.assign(schemas(c).TaskList.properties.items, { items: { $ref: '#/components/schemas/User' } }),
    'components/schemas/TaskList/properties/items/items/properties/title in responses: removed',
  ],
  'an answer may have one more shape': [
    (c) => schemas(c).CurrentResource.oneOf.push({ type: 'null' }),
    'components/schemas/CurrentResource/oneOf/4 in responses: added',
  ],
  'a format of an answer goes': [
    (c) => delete schemas(c).Timestamp.format,
    'components/schemas/Timestamp/format in responses: removed "date-time"',
  ],
  'a header of an answer goes': [
    (c) => delete task(c).get.responses['200'].headers.ETag,
    'GET /api/v1/tasks/{task_id} responses/200/headers/ETag: removed',
  ],
  'a header of a shared answer goes': [
    (c) => delete c.components.responses.Unauthorized.headers['WWW-Authenticate'],
    'components/responses/Unauthorized/headers/WWW-Authenticate in responses: removed',
  ],
  'a header of an answer may be missing': [
    (c) => Object.assign(c.components.headers.ETag, { required: false }),
    'components/headers/ETag/required in responses: true became false',
  ],
  'a problem code changes its status': [
    (c) => Object.assign(schemas(c).ProblemCode['x-problems'].conflict, { status: 400 }),
    'components/schemas/ProblemCode/x-problems/conflict/status in responses: 409 became 400',
  ],
  'another scope is wanted too': [
    (c) => Object.assign(tasks(c).get, { security: [{ bearerAuth: ['tasks:read', 'profile:read'] }] }),
    'GET /api/v1/tasks security: wants bearerAuth tasks:read profile:read',
  ],
  'another scope is wanted instead': [
    (c) => Object.assign(tasks(c).get, { security: [{ bearerAuth: ['tasks:write'] }] }),
    'GET /api/v1/tasks security: wants bearerAuth tasks:write',
  ],
  'what was public is not': [
    (c) => delete c.paths['/health'].get.security,
    'GET /health security: wants bearerAuth',
  ],
  'the server moves': [(c) => Object.assign(c.servers[0], { url: '/v2' }), 'servers/0/url: "/" became "/v2"'],
  'something changes that no rule knows': [
    (c) => Object.assign(schemas(c).TaskTitle, { contentEncoding: 'base64' }),
    'components/schemas/TaskTitle/contentEncoding in requests and responses: added "base64"',
  ],
};

describe('a client breaks when', () => {
  test.each(Object.entries(BREAKING))('%s', (_, [edit, change]) => {
    expect(after(edit)).toContainEqual({ change, verdict: 'breaking' });
  });
});

const NOTABLE: Record<string, readonly [Edit, string]> = {
  'an answer may have one more value': [
    (c) => schemas(c).TaskPriority.enum.push('someday'),
    'components/schemas/TaskPriority/enum in responses: added "someday"',
  ],
  'an answer may be longer': [
    (c) => Object.assign(schemas(c).TaskTitle, { maxLength: 300 }),
    'components/schemas/TaskTitle/maxLength in responses: 200 became 300',
  ],
  'there is one more status': [
    (c) => Object.assign(tasks(c).post.responses, { 410: { description: 'x' } }),
    'POST /api/v1/tasks responses/410: added',
  ],
};

describe('a client may notice when', () => {
  test.each(Object.entries(NOTABLE))('%s', (_, [edit, change]) => {
    expect(after(edit)).toEqual([{ change, verdict: 'notable' }]);
  });
});

const HARMLESS: Record<string, Edit> = {
  'nothing changes': () => {},
  'there is one more operation': (c) => {
    c.paths['/api/v1/x'] = { get: { ...tasks(c).get, operationId: 'x' } };
  },
  'there is one more optional parameter': (c) =>
    tasks(c).get.parameters.push({ name: 'x', in: 'query', schema: { type: 'string' } }),
  'there is one more optional field of a request': (c) =>
    Object.assign(schemas(c).TaskCreate.properties, { x: { type: 'string' } }),
  'there is one more field of an answer': (c) => {
    schemas(c).Task.properties.x = { type: 'string' };
    schemas(c).Task.required.push('x');
  },
  'there is one more media type': (c) =>
    Object.assign(tasks(c).post.requestBody.content, { 'text/csv': { schema: { type: 'string' } } }),
  'a value of an answer goes': (c) =>
    Object.assign(schemas(c).ProblemCode, { enum: without(schemas(c).ProblemCode.enum, 'conflict') }),
  'an answer is never null again': (c) =>
    Object.assign(schemas(c).TaskList.properties.next_cursor, { type: 'string' }),
  'a request may be null': (c) => Object.assign(schemas(c).CurrentPassword, { type: ['string', 'null'] }),
  'a request may have other fields': (c) => delete schemas(c).TaskCreate.additionalProperties,
  'an answer may have other fields': (c) => delete schemas(c).Task.additionalProperties,
  'a body is no longer required': (c) => Object.assign(tasks(c).post.requestBody, { required: false }),
  'what needed a token is public': (c) => Object.assign(tasks(c).get, { security: [] }),
  'there is another way in': (c) => tasks(c).get.security.push({ bearerAuth: ['tasks:all'] }),
  'lists are in another order': (c) => {
    tasks(c).get.parameters.reverse();
    schemas(c).TaskPriority.enum.reverse();
    schemas(c).Task.required.reverse();
    schemas(c).TaskDescription.type.reverse();
  },
  'words are better': (c) => {
    tasks(c).get.description = 'Better.';
    schemas(c).Task.properties.title = { $ref: '#/components/schemas/TaskTitle', description: 'Better.' };
    c.info.version = '2.0.0';
    c.tags.push({ name: 'New', description: 'New.' });
  },
  'a part is put in place, or taken out, or gets another name': (c) => {
    schemas(c).Task.properties.title = { ...schemas(c).TaskTitle };
    schemas(c).TaskListSize = schemas(c).TaskList.properties.size;
    schemas(c).TaskList.properties.size = { $ref: '#/components/schemas/TaskListSize' };
    schemas(c).Todo = schemas(c).Task;
    schemas(c).TaskList.properties.items.items.$ref = '#/components/schemas/Todo';
    c.components.parameters.Limit = c.components.parameters.Size;
    tasks(c).get.parameters.find((p: Tree) => p.$ref?.endsWith('/Size')).$ref =
      '#/components/parameters/Limit';
  },
  'an operation is deprecated': (c) => Object.assign(tasks(c).get, { deprecated: true }),
  'a part that nobody uses changes': (c) => Object.assign(schemas(c), { Unused: { type: 'string' } }),
};

describe('no client notices when', () => {
  test.each(Object.entries(HARMLESS))('%s', (_, edit) => {
    expect(after(edit)).toEqual([]);
  });
});
