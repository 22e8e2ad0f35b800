import { InvalidInputError } from '../errors.ts';

/** Where a list stands: counted pages, or going on from a cursor. */
export type PageRequest =
  | { readonly kind: 'page'; readonly page: number; readonly size: number }
  | { readonly kind: 'cursor'; readonly cursor: string; readonly size: number };

/** The parameters that every list has. */
export interface PageParameters {
  readonly page?: number;
  readonly cursor?: string;
  readonly size?: number;
}

/** For lists that have no cursors. */
export function toPage({ page = 1, size }: Omit<PageParameters, 'cursor'>): { page: number; size: number } {
  if (size === undefined) throw new Error('The validator fills in the default of size');
  return { page, size };
}

/** @throws InvalidInputError when both a page and a cursor are given */
export function toPageRequest({ cursor, ...parameters }: PageParameters): PageRequest {
  const place = toPage(parameters);
  if (cursor === undefined) return { kind: 'page', ...place };
  if (parameters.page === undefined) return { kind: 'cursor', cursor, size: place.size };
  throw new InvalidInputError([
    { parameter: 'cursor', code: 'not_allowed', message: 'must not come with page' },
  ]);
}

/** What a list answer says of its place, whatever its items are. A list without cursors has no `next_cursor`. */
export interface PageFrame {
  readonly total: number | null;
  readonly page: number | null;
  readonly size: number;
  readonly pages: number | null;
  readonly next_cursor?: string | null;
}

/** Characters; what the contract says of the header. Clients and proxies refuse headers that are too long. */
export const LONGEST_LINKS = 4_000;

const RELATIONS = ['first', 'prev', 'next', 'last'] as const;
type Relation = (typeof RELATIONS)[number];
type Position = readonly [name: 'page' | 'cursor', value: string | number];

/**
 * The `Link` header of a list (RFC 8288): the request as it was made, with another page or cursor.
 *
 * @param url path and query of the request
 */
export function linkHeader(url: string, frame: PageFrame): { Link?: string } {
  const { pathname, searchParams } = new URL(url, ANY_ORIGIN);
  searchParams.delete('page');
  searchParams.delete('cursor');
  const others = searchParams.toString();
  const links = new Map<Relation, string>();
  let length = 0;
  for (const [relation, position] of neighbours(frame)) {
    const place = position && `${position[0]}=${encodeURIComponent(position[1])}`;
    const query = [others, place].filter(Boolean).join('&');
    const link = `<${pathname}${query && `?${query}`}>; rel="${relation}"`;
    length += ', '.length + link.length;
    if (length <= LONGEST_LINKS) links.set(relation, link);
  }
  const inOrder = RELATIONS.flatMap((relation) => links.get(relation) ?? []);
  return inOrder.length === 0 ? {} : { Link: inOrder.join(', ') };
}

/** Those that are there, the most useful ones first. */
function* neighbours({ page, pages, next_cursor }: PageFrame): Iterable<[Relation, Position?]> {
  if (page === null || pages === null) {
    if (next_cursor != null) yield ['next', ['cursor', next_cursor]];
    yield ['first'];
    return;
  }
  const last = Math.max(pages, 1);
  if (page < last) yield ['next', ['page', page + 1]];
  if (page > 1) yield ['prev', ['page', Math.min(page - 1, last)]];
  yield ['first', ['page', 1]];
  yield ['last', ['page', last]];
}

/** Where what was created can be read: below the path that was called. */
export function locationOf(url: string, { id }: { readonly id: string }): string {
  return `${new URL(url, ANY_ORIGIN).pathname}/${id}`;
}

/** The parser of URLs wants an origin; nothing of it is left in what is made here. */
const ANY_ORIGIN = 'http://localhost';
