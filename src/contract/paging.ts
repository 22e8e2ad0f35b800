import type { CursorCodec } from './cursors.ts';
import type { PageFrame, PageRequest } from './pages.ts';

/** The rows of a list, wherever one begins to read. */
export interface ListRows<Row> {
  /** How many there are; and, for lists with an entity tag, the number of the user's last change before that. */
  count(): Promise<{ readonly total: number; readonly seq?: string }>;
  /** @param offset how many rows to pass over; the cost grows with it */
  from(offset: number, size: number): Promise<Row[]>;
  /** The same cost for any position. */
  after(position: readonly string[], size: number): Promise<Row[]>;
  positionOf(row: Row): readonly string[];
}

export interface Page<Row> extends PageFrame {
  readonly rows: readonly Row[];
  readonly next_cursor: string | null;
  /** Number of the user's last change that is certainly in the page; undefined when it is not known. */
  readonly seq: string | undefined;
}

/** The cursors of a list, with what they are bound to: kind of list, user, filter and order. */
export interface ListCursors {
  readonly codec: CursorCodec;
  readonly scope: readonly unknown[];
}

/**
 * For answers without a page: a request that could not be answered with one is refused all the same.
 *
 * @throws InvalidInputError when the cursor was made for something else
 */
export function requireCursor(request: PageRequest, { codec, scope }: ListCursors): void {
  if (request.kind === 'cursor') codec.decode(request.cursor, scope);
}

/**
 * Reads one page: two statements with the total, one by cursor.
 *
 * @throws InvalidInputError when the cursor was made for something else
 */
export async function readPage<Row extends { readonly seq?: string }>(
  request: PageRequest,
  { codec, scope }: ListCursors,
  { count, from, after, positionOf }: ListRows<Row>,
): Promise<Page<Row>> {
  const { size } = request;
  // One more than the page holds tells whether there is a next one.
  const page = (found: readonly Row[]) => {
    const rows = found.slice(0, size);
    const last = rows.at(-1);
    const isLast = found.length <= size || last === undefined;
    return { rows, size, next_cursor: isLast ? null : codec.encode(positionOf(last), scope) };
  };
  if (request.kind === 'cursor') {
    const found = await after(codec.decode(request.cursor, scope), size + 1);
    return { ...page(found), total: null, page: null, pages: null, seq: found[0]?.seq };
  }
  // Before the rows: a change in between makes the page newer than its number, and never older.
  const { total, seq } = await count();
  const found = await from((request.page - 1) * size, size + 1);
  return { ...page(found), total, page: request.page, pages: Math.ceil(total / size), seq };
}

/** What an answer says of the page, with its items. */
export function toList<Row, Item>(
  { rows, total, page, size, pages, next_cursor }: Page<Row>,
  present: (row: Row) => Item,
): PageFrame & { items: Item[]; next_cursor: string | null } {
  return { items: rows.map(present), total, page, size, pages, next_cursor };
}
