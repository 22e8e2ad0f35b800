/** The items of a list of any length, a page of them at a time. */
export type Pages = AsyncIterable<readonly object[]>;

/**
 * Writes an object as JSON, piece by piece, so that no more than a page of it is in memory. Only whole, it is valid.
 * Each item is on a line of its own, so that a reader too can do with little memory.
 *
 * @param head members that come first, as they are
 * @param lists members that are lists, in their order
 */
export async function* writeJson(
  head: object,
  lists: Readonly<Record<string, Pages>>,
): AsyncGenerator<string, void, undefined> {
  yield JSON.stringify(head).slice(0, -1);
  for (const [name, pages] of Object.entries(lists)) {
    yield `,\n${JSON.stringify(name)}:[`;
    let separator = '\n';
    for await (const page of pages) {
      if (page.length === 0) continue;
      yield separator + page.map((item) => JSON.stringify(item)).join(',\n');
      separator = ',\n';
    }
    yield '\n]';
  }
  yield '}\n';
}

/**
 * Goes through what is stored in an order, from one page to the next.
 *
 * @param read the page behind an item, the first one without; one that is not full is the last
 */
export async function* inPages<Row, Item extends object>(
  size: number,
  read: (after: Row | undefined) => Promise<Row[]>,
  toItem: (row: Row) => Item,
): AsyncGenerator<Item[], void, undefined> {
  let rows: Row[] = [];
  do {
    rows = await read(rows.at(-1));
    yield rows.map(toItem);
  } while (rows.length === size);
}

/** Calls `end` once the items are through, or nobody wants them any more, even if nobody ever asked for the first. */
export function whenDone<T>(items: AsyncGenerator<T, void, undefined>, end: () => void): AsyncIterable<T> {
  const ending = async (step: Promise<IteratorResult<T, void>>): Promise<IteratorResult<T, void>> => {
    try {
      const result = await step;
      if (result.done === true) end();
      return result;
    } catch (error) {
      end();
      throw error;
    }
  };
  const iterator = { next: () => ending(items.next()), return: () => ending(items.return()) };
  return { [Symbol.asyncIterator]: () => iterator };
}
