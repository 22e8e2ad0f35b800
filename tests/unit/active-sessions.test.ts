import { beforeEach, describe, expect, it } from 'vitest';
import { type ActiveSessions, activeSessions } from '../../src/auth/active-sessions.ts';
import type { Principal } from '../../src/contract/types.ts';

const SECOND = 1000;
const ADA: Principal = { userId: 'ada', sessionId: 'session-1', scopes: [] };

let time: number;
let asked: string[];
/** What the database says; a promise to say it later. */
let answer: boolean | Promise<boolean>;
let sessions: ActiveSessions;
beforeEach(() => {
  time = Date.UTC(2026, 10, 21);
  asked = [];
  answer = true;
  const repository = {
    isActive: async (userId: string, id: string, at: string) => {
      asked.push(`${userId} ${id} ${at}`);
      return answer;
    },
  };
  sessions = activeSessions(repository, () => new Date(time));
});

describe('a session', () => {
  it('is asked for once in ten seconds', async () => {
    expect(await sessions.isActive(ADA)).toBe(true);
    answer = false;
    time += 10 * SECOND - 1;
    expect(await sessions.isActive(ADA)).toBe(true);
    expect(asked).toEqual(['ada session-1 2026-11-21T00:00:00.000Z']);
    time += 1;
    expect(await sessions.isActive(ADA)).toBe(false);
    expect(asked).toHaveLength(2);
  });

  it('is not remembered for longer because it is used', async () => {
    for (let second = 0; second <= 10; second += 1) {
      await sessions.isActive(ADA);
      time += SECOND;
    }
    expect(asked).toHaveLength(2);
  });

  it('is asked for every time while it is not alive', async () => {
    answer = false;
    for (let round = 0; round < 3; round += 1) expect(await sessions.isActive(ADA)).toBe(false);
    expect(asked).toHaveLength(3);
    answer = true;
    expect(await sessions.isActive(ADA)).toBe(true);
  });

  it('is asked for again when the clock was set back: that prolongs nothing', async () => {
    await sessions.isActive(ADA);
    answer = false;
    for (const back of [SECOND, 3600 * SECOND]) {
      time -= back;
      expect(await sessions.isActive(ADA)).toBe(false);
    }
  });

  it('is dead at once when it has been ended here', async () => {
    await sessions.isActive(ADA);
    sessions.forget(ADA.sessionId);
    answer = false;
    expect(await sessions.isActive(ADA)).toBe(false);
    expect(await sessions.isActive({ ...ADA, sessionId: 'session-2' })).toBe(false);
  });

  it('is dead even when the database answers late what it read before the end', async () => {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    answer = promise;
    const pending = sessions.isActive(ADA);
    sessions.forget(ADA.sessionId);
    resolve(true);
    expect(await pending).toBe(false);
    answer = false;
    expect(await sessions.isActive(ADA)).toBe(false);
  });

  it('is not remembered when the database does not answer', async () => {
    answer = Promise.reject(new Error('away'));
    await expect(sessions.isActive(ADA)).rejects.toThrow('away');
    answer = true;
    expect(await sessions.isActive(ADA)).toBe(true);
  });

  it('is remembered for its own user only', async () => {
    expect(await sessions.isActive(ADA)).toBe(true);
    answer = false;
    expect(await sessions.isActive({ ...ADA, userId: 'eve' })).toBe(false);
    expect(asked).toHaveLength(2);
  });
});
