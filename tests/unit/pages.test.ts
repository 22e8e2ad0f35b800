import { describe, expect, it } from 'vitest';
import {
  LONGEST_LINKS,
  linkHeader,
  locationOf,
  type PageFrame,
  toPageRequest,
} from '../../src/contract/pages.ts';
import { InvalidInputError } from '../../src/errors.ts';
import { contract } from '../setup/contract.ts';

describe('the request of a page', () => {
  it('is by page unless there is a cursor', () => {
    expect(toPageRequest({ size: 20 })).toEqual({ kind: 'page', page: 1, size: 20 });
    expect(toPageRequest({ page: 7, size: 1 })).toEqual({ kind: 'page', page: 7, size: 1 });
    expect(toPageRequest({ cursor: 'x', size: 20 })).toEqual({ kind: 'cursor', cursor: 'x', size: 20 });
  });

  it('is not by both', () => {
    expect(() => toPageRequest({ page: 1, cursor: 'x', size: 20 })).toThrow(InvalidInputError);
  });

  it('has a size, because the contract has a default', () => {
    expect(() => toPageRequest({})).toThrow('size');
  });
});

describe('the Link header', () => {
  const { pattern, maxLength } = contract.components.headers.Link.schema;
  const linksOf = (url: string, frame: PageFrame): string => String(linkHeader(url, frame).Link);
  const counted = (page: number, pages: number) =>
    linksOf(`/tasks?page=${page}&size=2`, {
      total: pages * 2,
      page,
      size: 2,
      pages,
      next_cursor: null,
    });
  const relations = (header: string): string[] =>
    [...header.matchAll(/rel="(\w+)"/g)].map(([, name]) => String(name));

  it.each([
    { page: 1, pages: 0, expected: ['first', 'last'] },
    { page: 1, pages: 1, expected: ['first', 'last'] },
    { page: 1, pages: 3, expected: ['first', 'next', 'last'] },
    { page: 2, pages: 3, expected: ['first', 'prev', 'next', 'last'] },
    { page: 3, pages: 3, expected: ['first', 'prev', 'last'] },
    { page: 9, pages: 3, expected: ['first', 'prev', 'last'] },
    { page: 9, pages: 0, expected: ['first', 'prev', 'last'] },
  ])('of page $page of $pages has $expected', ({ page, pages, expected }) => {
    const header = counted(page, pages);
    expect(relations(header)).toEqual(expected);
    expect(header).toMatch(new RegExp(pattern));
  });

  it('goes back from beyond the end to the last page, and to page 1 of nothing', () => {
    expect(counted(9, 3)).toContain('</tasks?size=2&page=3>; rel="prev"');
    expect(counted(9, 0)).toContain('</tasks?size=2&page=1>; rel="prev"');
  });

  it('by cursor has no numbers', () => {
    const frame = { total: null, page: null, size: 2, pages: null };
    const url = '/tasks?cursor=old&size=2';
    expect(linksOf(url, { ...frame, next_cursor: 'new' })).toBe(
      '</tasks?size=2>; rel="first", </tasks?size=2&cursor=new>; rel="next"',
    );
    expect(linksOf(url, { ...frame, next_cursor: null })).toBe('</tasks?size=2>; rel="first"');
    expect(linksOf('/tasks?cursor=old', { ...frame, next_cursor: null })).toBe('</tasks>; rel="first"');
  });

  it('has the request as it was made: every other parameter, and no default that was not in it', () => {
    const url =
      '/users/me/tasks?status=pending&status=completed&sort=due_at,-title&deleted=only&q=a%3E%3B%20rel%3D%22x%22,%20%3Cb%26c';
    const header = linksOf(url, { total: 2, page: 1, size: 20, pages: 1, next_cursor: null });
    const [target = ''] = /(?<=<)[^>]*/.exec(header) ?? [];
    expect(target).toMatch(/^\/users\/me\/tasks\?/);
    expect([...new URL(target, 'http://localhost').searchParams]).toEqual([
      ['status', 'pending'],
      ['status', 'completed'],
      ['sort', 'due_at,-title'],
      ['deleted', 'only'],
      ['q', 'a>; rel="x", <b&c'],
      ['page', '1'],
    ]);
    expect(header).toMatch(new RegExp(pattern));
  });

  it('leaves out the links that would make it longer than the contract allows, the least useful ones first', () => {
    expect(LONGEST_LINKS).toBe(maxLength);
    const frame = { total: 60, page: 2, size: 20, pages: 3, next_cursor: null };
    const withTags = (length: number) => linkHeader(`/tasks?tag=${'x'.repeat(length)}`, frame);
    expect(relations(String(withTags(900).Link))).toEqual(['first', 'prev', 'next', 'last']);
    expect(relations(String(withTags(1200).Link))).toEqual(['first', 'prev', 'next']);
    expect(relations(String(withTags(1900).Link))).toEqual(['prev', 'next']);
    expect(relations(String(withTags(3000).Link))).toEqual(['next']);
    expect(withTags(4000)).toEqual({});
    for (let length = 900; length < 4100; length += 7) {
      expect((withTags(length).Link ?? '').length).toBeLessThanOrEqual(maxLength);
    }
  });
});

it('what was created lies below the path that was called', () => {
  expect(locationOf('/users/me/tasks?x=1', { id: '7' })).toBe('/users/me/tasks/7');
});
