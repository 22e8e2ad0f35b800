import { randomBytes } from 'node:crypto';
import { v4 as uuidv4, v7 as uuidv7 } from 'uuid';
import { describe, expect, it } from 'vitest';
import {
  formatOpaqueToken,
  hashSecret,
  newOpaqueToken,
  parseOpaqueToken,
} from '../../src/auth/opaque-tokens.ts';
import { successorOf } from '../../src/auth/refresh-tokens.ts';
import { contract } from '../setup/contract.ts';

const userId = uuidv7();
const key = randomBytes(32);

describe('a refresh token', () => {
  it('can be written and read again, and fits the contract', () => {
    const { pattern, maxLength } = contract.components.schemas.RefreshToken;
    for (const id of [
      userId,
      uuidv4(),
      '00000000-0000-0000-0000-000000000000',
      'ffffffff-ffff-ffff-ffff-ffffffffffff',
    ]) {
      const token = newOpaqueToken(id);
      const text = formatOpaqueToken(token);
      expect(parseOpaqueToken(text)).toEqual(token);
      expect(text).toMatch(new RegExp(pattern));
      expect(text.length).toBeLessThan(maxLength);
    }
  });

  it('is never the same twice', () => {
    const texts = Array.from({ length: 1000 }, () => formatOpaqueToken(newOpaqueToken(userId)));
    expect(new Set(texts).size).toBe(1000);
    expect(newOpaqueToken(userId).secret).toHaveLength(32);
  });

  it('has one successor for each key, of the same user and as long', () => {
    const token = newOpaqueToken(userId);
    const successor = successorOf(token, key);
    expect(successor).toEqual(successorOf(token, key));
    expect(successor.userId).toBe(userId);
    expect(successor.secret).toHaveLength(32);
    expect(successor.secret).not.toEqual(token.secret);
    expect(successorOf(token, randomBytes(32)).secret).not.toEqual(successor.secret);
    expect(successorOf(newOpaqueToken(userId), key).secret).not.toEqual(successor.secret);
    expect(parseOpaqueToken(formatOpaqueToken(successor))).toEqual(successor);
  });

  it('is stored as something it can not be made of again', () => {
    const token = newOpaqueToken(userId);
    expect(hashSecret(token)).toEqual(hashSecret({ ...token, secret: Buffer.from(token.secret) }));
    expect(hashSecret(token)).toHaveLength(32);
    expect(hashSecret(token)).not.toEqual(token.secret);
    expect(hashSecret(successorOf(token, key))).not.toEqual(hashSecret(token));
  });

  const [owner = '', secret = ''] = formatOpaqueToken(newOpaqueToken(userId)).split('.');
  it.each([
    ...[
      '',
      '.',
      owner,
      secret,
      `${owner}.`,
      `.${secret}`,
      `${owner}${secret}`,
      `${owner}.${secret}.`,
      `${owner}.${secret}x`,
    ],
    ...[
      `${owner}.${secret.slice(1)}`,
      `${owner.slice(1)}.${secret}`,
      `${owner}.${secret}\n`,
      ` ${owner}.${secret}`,
    ],
    ...[
      `${owner} .${secret}`,
      `${owner}.${'+'.repeat(43)}`,
      `${owner}.${'/'.repeat(43)}`,
      'x'.repeat(100_000),
    ],
  ])('is not %j', (text) => expect(parseOpaqueToken(text)).toBeUndefined());
});
