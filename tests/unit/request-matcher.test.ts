/** The tests' own judge of requests: it has to find every kind of fault, and none where there is none. */
import { describe, expect, it } from 'vitest';
import { createRequestMatcher, type SentRequest } from '../setup/request-matcher.ts';

const thing = {
  type: 'object',
  additionalProperties: false,
  required: ['name'],
  properties: { name: { type: 'string', minLength: 1 }, count: { type: 'integer' } },
};
const query = (name: string, schema: object, more = {}) => ({ in: 'query', name, schema, ...more });
const match = createRequestMatcher({
  openapi: '3.1.0',
  security: [{ bearerAuth: [] }],
  paths: {
    '/things/{thing_id}': {
      parameters: [{ in: 'path', name: 'thing_id', required: true, schema: { type: 'integer', minimum: 1 } }],
      get: {
        security: [],
        parameters: [
          { $ref: '#/components/parameters/Size' },
          query('kind', { type: 'array', items: { enum: ['a', 'b'] } }),
          query('sort', { type: 'array', maxItems: 2, items: { type: 'string' } }, { explode: false }),
          { in: 'header', name: 'If-Match', schema: { type: 'string', pattern: '^"' } },
          { in: 'cookie', name: 'theme', required: true, schema: { type: 'string' } },
        ],
      },
      put: {
        requestBody: {
          required: true,
          content: {
            'application/json': { schema: thing },
            'application/x-www-form-urlencoded': { schema: thing },
          },
        },
      },
    },
  },
  components: { parameters: { Size: query('size', { type: 'integer', maximum: 9 }) } },
});
const faults = (request: Partial<SentRequest>): string[] =>
  match({ method: 'GET', url: '/things/1', headers: {}, body: '', ...request });
const put = (body: string, type: string | undefined = 'application/json', more = {}): string[] =>
  faults({ method: 'PUT', body, headers: { authorization: 'Bearer a', 'content-type': type, ...more } });

describe('a request that keeps to the contract', () => {
  it.each<Partial<SentRequest>>([
    {},
    { method: 'HEAD' },
    { url: '/things/1?size=9&kind=a&kind=b&sort=a,b', headers: { 'if-match': '"1"' } },
    { url: '/elsewhere?a=b' },
    { method: 'OPTIONS', url: '/things/1?a=b' },
  ])('has no fault: %j', (request) => {
    expect(faults(request)).toEqual([]);
  });

  it('may have a body of each media type', () => {
    expect(put('{"name":"a","count":1}', 'application/json; charset=utf-8')).toEqual([]);
    expect(put('name=a&count=1', 'application/x-www-form-urlencoded')).toEqual([]);
  });
});

describe('a fault is found', () => {
  it.each<[string, Partial<SentRequest>, string]>([
    ['in the path', { url: '/things/x' }, 'path parameter thing_id must be integer'],
    ['in the query', { url: '/things/1?size=10' }, 'query parameter size must be <= 9'],
    ['in a repeated parameter', { url: '/things/1?kind=a&kind=c' }, 'query parameter kind/1 must be equal'],
    ['in a joined parameter', { url: '/things/1?sort=a,b,c' }, 'query parameter sort must NOT have more'],
    ['in a scalar that is there twice', { url: '/things/1?size=1&size=2' }, 'size is there 2 times'],
    [
      'in a parameter that nobody knows',
      { url: '/things/1?colour=red' },
      'query parameter colour is unknown',
    ],
    ['in a header', { headers: { 'if-match': '1' } }, 'header parameter If-Match must match'],
    ['in a body that should not be there', { body: '{}' }, 'there is a body'],
  ])('%s', (_where, request, fault) => {
    expect(faults(request)).toEqual([expect.stringContaining(fault)]);
  });

  it.each<[string, string, string | undefined, string]>([
    ['is missing', '', 'application/json', 'the body is missing'],
    ['is no JSON', '{', 'application/json', 'the body is not JSON'],
    ['breaks its schema', '{"name":""}', 'application/json', 'the body/name must NOT have fewer'],
    ['breaks it as a form', 'name=a&count=x', 'application/x-www-form-urlencoded', 'the body/count must be'],
    ['is of another media type', '{}', 'text/plain', 'the media type is text/plain'],
  ])('in a body that %s', (_what, body, type, fault) => {
    expect(put(body, type)).toEqual([expect.stringContaining(fault)]);
  });

  it('where a token is wanted', () => {
    expect(put('{"name":"a"}', 'application/json', { authorization: undefined })).toEqual([
      'there is no access token',
    ]);
  });
});
