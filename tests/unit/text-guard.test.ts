import type { Request } from 'express';
import { describe, expect, it } from 'vitest';
import { guardText } from '../../src/contract/text-guard.ts';
import { InvalidInputError } from '../../src/errors.ts';

interface Parts {
  readonly body?: unknown;
  readonly query?: Record<string, unknown>;
  readonly params?: Record<string, string>;
  readonly url?: string;
}

/** The faults that are found, by place. */
function check({ body, query = {}, params = {}, url = '/' }: Parts): string[] {
  try {
    guardText({ body, query, params, url } as Request, {} as never, () => {});
    return [];
  } catch (error) {
    if (!(error instanceof InvalidInputError)) throw error;
    return error.faults.map(({ pointer, parameter, code }) => `${pointer ?? parameter} ${code}`).sort();
  }
}

const NUL = 'a\u0000b';
const LONE = 'a\ud800b';

describe('AN3 IN4 text that can not be stored', () => {
  it.each([NUL, LONE, '\udc00', '\u0000'])('is refused wherever it stands', (text) => {
    expect(check({ body: { a: { b: ['fine', text] } } })).toEqual(['/a/b/1 invalid_characters']);
    expect(check({ body: text })).toEqual([' invalid_characters']);
    expect(check({ body: { a: { [text]: 1 } } })).toEqual(['/a invalid_characters']);
    expect(check({ query: { q: text } })).toEqual(['q invalid_characters']);
    expect(check({ query: { q: ['fine', text] } })).toEqual(['q invalid_characters']);
    expect(check({ params: { task_id: text } })).toEqual(['task_id invalid_characters']);
  });

  it('is refused in a query whose bytes are no UTF-8, which the parser replaces by U+FFFD', () => {
    const query = { q: 'a\ufffd' };
    expect(check({ query, url: '/?q=a%ED%A0' })).toEqual(['q invalid_characters']);
    expect(check({ query, url: '/?q=a%EF%BF%BD' })).toEqual([]);
    expect(check({ query, url: '/?q=a%ef%bf%bd' })).toEqual([]);
  });

  it('is listed with all its places, escaped after RFC 6901', () => {
    expect(check({ body: { 'a/b': NUL, '~': LONE }, query: { q: NUL } })).toEqual([
      '/a~1b invalid_characters',
      '/~0 invalid_characters',
      'q invalid_characters',
    ]);
  });
});

it('lets everything else through, whatever its script', () => {
  const texts = ['😀', 'e\u0301', '\u202e', '\u200b', '\uffff', '\r\n\t', '', 'ﷺ', '\u001f'];
  expect(check({ body: { texts, number: 1, nothing: null, flag: true }, query: { q: texts } })).toEqual([]);
  expect(check({ body: undefined })).toEqual([]);
});

it('IN11 refuses a body that is nested too deep, quickly', () => {
  let body: unknown = 'bottom';
  for (let depth = 0; depth < 40_000; depth += 1) body = [body];
  const began = performance.now();
  expect(check({ body })).toHaveLength(1);
  expect(performance.now() - began).toBeLessThan(50);
});
