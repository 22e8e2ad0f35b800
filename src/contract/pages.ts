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

type QueryValue = string | number | boolean | readonly (string | number)[] | undefined;
export type ListQuery = Readonly<Record<string, QueryValue>>;

/**
 * The `Link` header of a list (RFC 8288): the same query with another page or cursor.
 *
 * @param path path of the list, without query
 * @param query the validated query of the request
 */
export function linkHeader(path: string, query: ListQuery, frame: PageFrame): string {
  const { page: _page, cursor: _cursor, ...rest } = query;
  const link = (relation: string, position: ListQuery): string =>
    `<${path}${toSearch({ ...rest, ...position })}>; rel="${relation}"`;
  if (frame.page === null || frame.pages === null) {
    const cursor = frame.next_cursor ?? undefined;
    const next = cursor === undefined ? [] : [link('next', { cursor })];
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

function toSearch(query: ListQuery): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined) continue;
    for (const item of Array.isArray(value) ? value : [value]) search.append(name, String(item));
  }
  return search.size === 0 ? '' : `?${search}`;
}
