import { beforeEach, describe, expect, it } from 'vitest';
import {
  type ActiveCredentials,
  accountChanges,
  activeCredentials,
} from '../../src/auth/active-credentials.ts';

const SECOND = 1000;
const ROW = { role: 'user', email_verified: false };
const ALIVE = { role: 'user', emailVerified: false };

type Row = typeof ROW | undefined;

let time: number;
let asked: string[];
/** What the database says; a promise to say it later. */
let answer: Row | Promise<Row>;
let credentials: ActiveCredentials;
beforeEach(() => {
  time = Date.UTC(2026, 10, 21);
  asked = [];
  answer = ROW;
  const read = async (userId: string, id: string, at: string): Promise<Row> => {
    asked.push(`${userId} ${id} ${at}`);
    return answer;
  };
  credentials = activeCredentials(read, () => new Date(time));
});

const find = (userId = 'ada', id = 'session-1') => credentials.find(userId, id);

describe('a credential', () => {
  it('is asked for once in ten seconds', async () => {
    expect(await find()).toEqual(ALIVE);
    answer = undefined;
    time += 10 * SECOND - 1;
    expect(await find()).toEqual(ALIVE);
    expect(asked).toEqual(['ada session-1 2026-11-21T00:00:00.000Z']);
    time += 1;
    expect(await find()).toBeUndefined();
    expect(asked).toHaveLength(2);
  });

  it('is not remembered for longer because it is used', async () => {
    for (let second = 0; second <= 10; second += 1) {
      await find();
      time += SECOND;
    }
    expect(asked).toHaveLength(2);
  });

  it('is asked for every time while it is not alive', async () => {
    answer = undefined;
    for (let round = 0; round < 3; round += 1) expect(await find()).toBeUndefined();
    expect(asked).toHaveLength(3);
    answer = ROW;
    expect(await find()).toEqual(ALIVE);
  });

  it('is asked for again when the clock was set back: that prolongs nothing', async () => {
    await find();
    answer = undefined;
    for (const back of [SECOND, 3600 * SECOND]) {
      time -= back;
      expect(await find()).toBeUndefined();
    }
  });

  it('is dead at once when it has been ended here', async () => {
    await find();
    credentials.forget('session-1');
    expect(await find()).toBeUndefined();
    expect(await find('ada', 'session-2')).toEqual(ALIVE);
  });

  it('is dead even when the database answers late what it read before the end', async () => {
    const { promise, resolve } = Promise.withResolvers<Row>();
    answer = promise;
    const pending = find();
    credentials.forget('session-1');
    resolve(ROW);
    expect(await pending).toBeUndefined();
  });

  it('is not remembered when the database does not answer', async () => {
    answer = Promise.reject(new Error('away'));
    await expect(find()).rejects.toThrow('away');
    answer = ROW;
    expect(await find()).toEqual(ALIVE);
  });

  it('is remembered for its own user only', async () => {
    expect(await find()).toEqual(ALIVE);
    answer = undefined;
    expect(await find('eve')).toBeUndefined();
    expect(asked).toHaveLength(2);
  });
});

describe('an account that has changed here', () => {
  it('is read anew, for each of its credentials', async () => {
    await find();
    await find('ada', 'session-2');
    await find('eve', 'session-3');
    answer = { role: 'admin', email_verified: true };
    credentials.forgetAccount('ada');
    expect(await find()).toEqual({ role: 'admin', emailVerified: true });
    expect(await find('ada', 'session-2')).toEqual({ role: 'admin', emailVerified: true });
    expect(await find('eve', 'session-3')).toEqual(ALIVE);
  });

  it('is read again when it changed while it was being read', async () => {
    const { promise, resolve } = Promise.withResolvers<Row>();
    answer = promise;
    const pending = find();
    credentials.forgetAccount('ada');
    answer = { role: 'admin', email_verified: false };
    resolve(ROW);
    expect(await pending).toEqual({ role: 'admin', emailVerified: false });
  });

  it('is read anew by every kind of credential that shares the news, whichever heard of it', async () => {
    const changes = accountChanges();
    const kind = () =>
      activeCredentials(
        async () => answer,
        () => new Date(time),
        changes,
      );
    const [sessions, tokens] = [kind(), kind()];
    expect(await tokens.find('ada', 'token-1')).toEqual(ALIVE);
    answer = undefined;
    expect(await tokens.find('ada', 'token-1')).toEqual(ALIVE);
    sessions.forgetAccount('ada');
    expect(await tokens.find('ada', 'token-1')).toBeUndefined();
  });
});
