/** The tests' own judge of answers: it has to find every kind of fault, or everything that relies on it proves nothing. */
import { describe, expect, it } from 'vitest';
import { createMatcher, type MatchedAnswer } from '../setup/matcher.ts';

const NAME = { type: 'string', minLength: 2, description: 'A name.' };
const matcher = createMatcher({
  openapi: '3.1.0',
  paths: {
    '/things/newest': { get: { operationId: 'getNewest', responses: { 204: { description: 'None.' } } } },
    '/things/{thing_id}': {
      get: {
        operationId: 'getThing',
        responses: {
          200: {
            headers: {
              ETag: { $ref: '#/components/headers/ETag' },
              'X-Count': { schema: { type: 'integer', minimum: 1 } },
              'X-Flags': { schema: { type: 'array', maxItems: 2, items: { type: 'boolean' } } },
            },
            content: { 'application/json': { schema: { $ref: '#/components/schemas/Thing' } } },
          },
          204: { description: 'Nothing.' },
          404: { content: { 'application/problem+json': { schema: { type: 'object' } } } },
          409: { content: { 'application/json': { schema: { type: 'object' } } } },
        },
      },
    },
  },
  components: {
    headers: { ETag: { required: true, schema: { type: 'string', pattern: '^"[0-9]+"$' } } },
    schemas: {
      NewPassword: { type: 'string', format: 'password', maxLength: 4 },
      Named: { type: 'object', properties: { name: NAME } },
      Thing: {
        allOf: [{ $ref: '#/components/schemas/Named' }],
        unevaluatedProperties: false,
        properties: {
          zone: { type: 'string', format: 'time-zone' },
          at: { type: ['string', 'null'], format: 'date-time' },
          secret: { type: 'string', format: 'password' },
          short: { $ref: '#/components/schemas/Named/properties/name', maxLength: 3 },
        },
      },
    },
  },
});

const json = { 'Content-Type': 'application/json; charset=utf-8', ETag: '"1"', Date: 'today' };
const good = { method: 'GET', path: '/things/1?x=2', status: 200, headers: json, body: '{"name":"ab"}' };
const match = (change: Partial<MatchedAnswer>) => matcher.match({ ...good, ...change } as MatchedAnswer);
const withHeaders = (headers: MatchedAnswer['headers']) => match({ headers: { ...json, ...headers } });
const withBody = (body: object) => match({ body: JSON.stringify(body) });

it('finds nothing wrong with answers as documented', () => {
  expect(match({})).toEqual([]);
  expect(matcher.match({ ...good, operationId: 'getThing' })).toEqual([]);
  expect(withHeaders({ 'X-Count': '3', 'x-flags': ['true', 'false'] })).toEqual([]);
  expect(withBody({ zone: 'Europe/Berlin', at: '2026-11-21T09:30:00Z', secret: 'éé', short: 'abc' })).toEqual(
    [],
  );
  expect(withBody({ at: null })).toEqual([]);
  expect(match({ method: 'HEAD', body: '' })).toEqual([]);
  expect(match({ status: 204, headers: {}, body: '' })).toEqual([]);
});

describe('finds', () => {
  it.each<[string, () => string[], string]>([
    ['another status', () => match({ status: 201 }), 'does not list the status 201'],
    ['another path', () => match({ path: '/nothing' }), 'no operation for GET /nothing'],
    ['another method', () => match({ method: 'PUT' }), 'no operation for PUT /things/1'],
    ['another media type', () => withHeaders({ 'Content-Type': 'text/html' }), 'media type is text/html'],
    ['no media type', () => match({ headers: { ETag: '"1"' } }), 'media type is missing'],
    [
      'another charset',
      () => withHeaders({ 'Content-Type': 'application/json; charset=latin1' }),
      'charset=latin1',
    ],
    ['a missing header', () => match({ headers: { ...json, ETag: undefined } }), 'header etag is missing'],
    ['a header against its pattern', () => withHeaders({ ETag: '1' }), 'header etag must match'],
    ['a header of another type', () => withHeaders({ 'X-Count': '0x1' }), 'header x-count must be integer'],
    ['a header out of range', () => withHeaders({ 'X-Count': '0' }), 'header x-count must be >= 1'],
    ['a header with too many items', () => withHeaders({ 'X-Flags': 'true,true,true' }), 'more than 2 items'],
    ['an undocumented header', () => withHeaders({ 'X-Other': '1' }), 'header x-other is not documented'],
    ['no JSON', () => match({ body: '{' }), 'not JSON'],
    ['half a character', () => match({ body: '{"name":"ab\\ud800"}' }), 'lone surrogates'],
    ['a wrong field', () => withBody({ name: 'a' }), '/name must NOT have fewer than 2'],
    ['an unknown field', () => withBody({ other: 1 }), 'must NOT have unevaluated properties'],
    ['a sibling of a reference', () => withBody({ short: 'abcd' }), '/short must NOT have more than 3'],
    ['no such zone', () => withBody({ zone: '+01:00' }), '/zone must match format'],
    ['no such day', () => withBody({ at: '2026-02-30T00:00:00Z' }), '/at must match format'],
    ['too many bytes', () => withBody({ secret: 'ééé' }), '/secret must match format'],
    ['a body where none is documented', () => match({ status: 204, headers: {} }), 'there is a body'],
    ['a body for HEAD', () => match({ method: 'HEAD' }), 'there is a body'],
    [
      'an error that is none',
      () => match({ status: 409, headers: json, body: '{}' }),
      'error is no problem+json',
    ],
  ])('%s', (_what, faults, part) => {
    expect(faults()).toContainEqual(expect.stringContaining(part));
  });
});

it('takes a literal path before one with a parameter', () => {
  expect(matcher.operationAt('GET', '/things/newest?x')).toBe('getNewest');
  expect(matcher.operationAt('HEAD', '/things/17')).toBe('getThing');
  expect(matcher.operationAt('GET', '/things/1/2')).toBeUndefined();
});
