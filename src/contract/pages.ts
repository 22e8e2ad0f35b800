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

/**
 * The `Link` header of a list (RFC 8288): the request as it was made, with another page or cursor.
 *
 * @param url path and query of the request
 */
export function linkHeader(url: string, frame: PageFrame): string {
  const { pathname, searchParams } = new URL(url, ANY_ORIGIN);
  searchParams.delete('page');
  searchParams.delete('cursor');
  const link = (relation: string, position: Readonly<Record<string, string | number>>): string => {
    const query = new URLSearchParams(searchParams);
    for (const [name, value] of Object.entries(position)) query.set(name, String(value));
    return `<${pathname}${query.size === 0 ? '' : `?${query}`}>; rel="${relation}"`;
  };
  if (frame.page === null || frame.pages === null) {
    const next = frame.next_cursor == null ? [] : [link('next', { cursor: frame.next_cursor })];
    return [link('first', {}), ...next].join(', ');
  }
  const last = Math.max(frame.pages, 1);
  return [
    link('first', { page: 1 }),
    ...(frame.page > 1 ? [link('prev', { page: Math.min(frame.page - 1, last) })] : []),
    ...(frame.page < last ? [link('next', { page: frame.page + 1 })] : []),
    link('last', { page: last }),
  ].join(', ');
}

/** Where what was created can be read: below the path that was called. */
export function locationOf(url: string, { id }: { readonly id: string }): string {
  return `${new URL(url, ANY_ORIGIN).pathname}/${id}`;
}

/** The parser of URLs wants an origin; nothing of it is left in what is made here. */
const ANY_ORIGIN = 'http://localhost';
