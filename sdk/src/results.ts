/** What a call answers, with everything around it. */
export interface ApiResult<T> {
  readonly data: T;
  /** The answer. Its body has been read. */
  readonly response: Response;
  /** Finds the request in the server's logs. */
  readonly requestId: string;
  /** How often the request was sent. */
  readonly attempts: number;
  /** The ETag that came with the data. */
  readonly etag: string | undefined;
}

/** A promise of the data, which can also be asked for everything around it. */
export class ApiPromise<T> extends Promise<T> {
  /** What `then` makes is an ordinary promise. */
  static override get [Symbol.species](): PromiseConstructor {
    return Promise;
  }

  readonly #result: Promise<ApiResult<T>>;

  constructor(result: Promise<ApiResult<T>>) {
    // This promise itself never settles: `then`, which `await`, `catch` and `finally` go through, asks the result. So there
    // is one promise that can be rejected, and nobody who handles it one way is told that it was not handled the other.
    super(() => {});
    this.#result = result;
  }

  // biome-ignore lint/suspicious/noThenProperty: it is a promise
  override then<Fulfilled = T, Rejected = never>(
    onFulfilled?: ((data: T) => Fulfilled | PromiseLike<Fulfilled>) | null,
    onRejected?: ((reason: unknown) => Rejected | PromiseLike<Rejected>) | null,
  ): Promise<Fulfilled | Rejected> {
    return this.#result.then(({ data }) => data).then(onFulfilled, onRejected);
  }

  /** The data together with the response, its request id, its ETag and the number of attempts. */
  withResponse(): Promise<ApiResult<T>> {
    return this.#result;
  }
}

/** The part of a list answer that paging needs. */
export interface ListPage<Item> {
  readonly items: readonly Item[];
  /** Where the next page starts; null on the last one. Lists that have none are paged by number. */
  readonly next_cursor?: string | null;
  readonly page?: number | null;
  readonly pages?: number | null;
}

/**
 * A promise of one page of a list, and a way through all of them: `for await` goes over the items and fetches further
 * pages when they are needed.
 */
export class ListPromise<Item, Page extends ListPage<Item>>
  extends ApiPromise<Page>
  implements AsyncIterable<Item>
{
  readonly #after: (page: Page) => Promise<Page> | undefined;

  /** @param after fetches the page after this one; undefined when this is the last */
  constructor(first: Promise<ApiResult<Page>>, after: (page: Page) => Promise<Page> | undefined) {
    super(first);
    this.#after = after;
  }

  /** Page after page. To go on another time, keep a page's `next_cursor` and pass it as `cursor`. */
  async *pages(): AsyncGenerator<Page, void, undefined> {
    for (let next: PromiseLike<Page> | undefined = this; next !== undefined; ) {
      const page: Page = await next;
      yield page;
      next = this.#after(page);
    }
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Item, void, undefined> {
    for await (const page of this.pages()) yield* page.items;
  }

  /**
   * The items as an array.
   *
   * @param options.limit how many at most; no further page is fetched than they need
   */
  async toArray({ limit }: { readonly limit: number }): Promise<Item[]> {
    const items: Item[] = [];
    for await (const page of this.pages()) {
      items.push(...page.items.slice(0, limit - items.length));
      if (items.length >= limit) break;
    }
    return items;
  }
}
