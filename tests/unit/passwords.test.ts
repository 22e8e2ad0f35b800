import bcrypt from 'bcrypt';
import { describe, expect, it } from 'vitest';
import { isCommonPassword } from '../../src/auth/common-passwords.ts';
import { createPasswords } from '../../src/auth/passwords.ts';
import { UnavailableError } from '../../src/errors.ts';

const passwords = createPasswords({ cost: 4 });

describe('a password', () => {
  it('is known again by its hash, and by that of no other', async () => {
    const hash = await passwords.hash('correct horse');
    expect(hash).toMatch(/^\$2b\$04\$/);
    expect(await passwords.verify('correct horse', hash)).toBe(true);
    expect(await passwords.verify('correct horsf', hash)).toBe(false);
    expect(await passwords.verify('', hash)).toBe(false);
    expect(await passwords.hash('correct horse')).not.toBe(hash);
  });

  it.each([
    undefined,
    null,
    '',
    'plain',
    '$2b$04$short',
    '$2x$04$'.padEnd(60, 'a'),
    `$2b$04$${'a'.repeat(53)}\u0000x`,
  ])('is not known by the hash %j, whatever it is', async (hash) => {
    expect(await passwords.verify('', hash)).toBe(false);
    expect(await passwords.verify('correct horse', hash)).toBe(false);
  });

  it('has a hash that is outdated when it was made at another cost', async () => {
    expect(passwords.isOutdated(await bcrypt.hash('x', 4))).toBe(false);
    expect(passwords.isOutdated(await bcrypt.hash('x', 5))).toBe(true);
  });
});

describe('AN9 AV2 the queue', () => {
  it('takes as many as it is told to, refuses the next, and takes more when some are done', async () => {
    const bounded = createPasswords({ cost: 4, concurrency: 1, queue: 3 });
    const work = Array.from({ length: 10 }, (_, index) =>
      index % 2 ? bounded.hash('x') : bounded.verify('x', null),
    );
    const outcomes = await Promise.allSettled(work);
    const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
    expect(outcomes.slice(0, 4).every((outcome) => outcome.status === 'fulfilled')).toBe(true);
    expect(refused.length).toBeGreaterThanOrEqual(6);
    for (const { reason } of refused) {
      expect(reason).toBeInstanceOf(UnavailableError);
      expect(reason.retryAfter).toBe(2);
    }
    expect(await bounded.verify('x', null)).toBe(false);
  });
});

it('takes as long for no account as for a wrong password', async () => {
  const dear = createPasswords({ cost: 8 });
  const hash = await dear.hash('correct horse');
  const time = async (stored: string | null): Promise<number> => {
    const started = performance.now();
    await dear.verify('incorrect horse', stored);
    return performance.now() - started;
  };
  const [decoy, real]: [number[], number[]] = [[], []];
  for (let round = 0; round < 20; round += 1) {
    decoy.push(await time(null));
    real.push(await time(hash));
  }
  const median = (times: number[]): number => times.toSorted((a, b) => a - b)[10] ?? 0;
  expect(median(decoy) / median(real)).toBeGreaterThan(0.5);
  expect(median(decoy) / median(real)).toBeLessThan(2);
});

describe('common passwords', () => {
  it.each(['password', 'PassWord', '12345678', 'letmein', 'qwerty', 'iloveyou', 'taskpact', 'Taskpact123'])(
    '%s is one',
    (text) => expect(isCommonPassword(text)).toBe(true),
  );
  it.each(['correct horse battery', 'vJm3yQ7eT5kL', '', '\u043f\u0430\u0440\u043e\u043b\u044c-17'])(
    '%s is none',
    (text) => expect(isCommonPassword(text)).toBe(false),
  );
});
