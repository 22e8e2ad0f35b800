import { EventEmitter } from 'node:events';
import type { Request, Response } from 'express';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { NotFoundError, RateLimitedError, UnavailableError } from '../../src/errors.ts';
import { type Surplus, surplus } from '../../src/http/surplus.ts';

const DELAY = 1_000;
const SHORTEST = DELAY * 0.5;
const LONGEST = DELAY * 1.5;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** One request, as far as it matters here. */
class Exchange extends EventEmitter {
  readonly req = { complete: true };
  writableEnded = false;
  closed = false;
  /** What was passed on, if anything was. */
  passed: unknown[] | undefined;
  readonly #surplus: Surplus;

  constructor(of: Surplus) {
    super();
    this.#surplus = of;
  }
  admit(): this {
    this.#surplus.admit(this.req as Request, this as unknown as Response, () => {});
    return this;
  }
  fail(error: unknown): this {
    const next = (...passed: unknown[]): void => {
      this.passed = passed;
    };
    this.#surplus.hold(error, this.req as Request, this as unknown as Response, next);
    return this;
  }
  close(): void {
    this.closed = true;
    this.emit('close');
  }
}

const admitTo = (of: Surplus): Exchange => new Exchange(of).admit();
const busy = new UnavailableError('busy');

describe('AN9 AV2 work at once', () => {
  it('has a bound, and the next request is told to come back', () => {
    const two = surplus({ parallel: 2, delay: DELAY });
    const [first] = [admitTo(two), admitTo(two)];
    expect(() => admitTo(two)).toThrow(UnavailableError);
    expect(() => admitTo(two)).toThrow(expect.objectContaining({ retryAfter: 2 }));
    first.close();
    admitTo(two);
    expect(() => admitTo(two)).toThrow(UnavailableError);
  });

  it.each([
    ['has failed', (done: Exchange) => done.fail(new NotFoundError('task'))],
    ['was refused', (done: Exchange) => done.fail(busy)],
    ['is answered, though the client takes its time', (done: Exchange) => (done.writableEnded = true)],
    ['was left by the client', (done: Exchange) => done.close()],
  ])('does not count what %s', (_, end) => {
    const one = surplus({ parallel: 1, delay: DELAY });
    end(admitTo(one));
    admitTo(one);
  });

  it('does not count requests that are still on their way, so that slow ones keep nobody out', () => {
    const one = surplus({ parallel: 1, delay: DELAY });
    const slow = new Exchange(one);
    slow.req.complete = false;
    slow.admit();
    admitTo(one).close();
    slow.req.complete = true;
    expect(() => admitTo(one)).toThrow(UnavailableError);
  });
});

describe('AN9 a refusal', () => {
  let one: Surplus;
  beforeEach(() => {
    one = surplus({ parallel: 1, delay: DELAY, places: 2 });
  });

  it.each([busy, new RateLimitedError(1)])('is held, not for ever (%s)', async (error) => {
    const refused = new Exchange(one).fail(error);
    await vi.advanceTimersByTimeAsync(SHORTEST - 1);
    expect(refused.passed).toBeUndefined();
    await vi.advanceTimersByTimeAsync(LONGEST - SHORTEST + 1);
    expect(refused.passed).toEqual([error]);
  });

  it('ends when the client leaves', async () => {
    const [left, gone] = [new Exchange(one), new Exchange(one)];
    left.fail(busy).close();
    gone.close();
    gone.fail(busy);
    await vi.advanceTimersByTimeAsync(0);
    expect([left.passed, gone.passed]).toEqual([[busy], [busy]]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is not held when too many are, until one of them is out', async () => {
    const [first, second, third] = [busy, busy, busy].map((error) => new Exchange(one).fail(error));
    expect([first?.passed, second?.passed, third?.passed]).toEqual([undefined, undefined, [busy]]);
    await vi.advanceTimersByTimeAsync(LONGEST);
    expect([first?.passed, second?.passed]).toEqual([[busy], [busy]]);
    expect(new Exchange(one).fail(busy).passed).toBeUndefined();
  });

  it('is all that is held: other failures are passed on at once', () => {
    const error = new NotFoundError('task');
    expect(new Exchange(one).fail(error).passed).toEqual([error]);
  });
});
