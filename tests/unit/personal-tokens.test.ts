import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newOpaqueToken } from '../../src/auth/opaque-tokens.ts';
import {
  formatPersonalToken,
  isPersonalToken,
  parsePersonalToken,
  prefixOf,
} from '../../src/tokens/personal-tokens.ts';

const USER = '0199f39f-11d2-7b60-8a4e-97c10f3de5b7';
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

describe('a personal access token', () => {
  it('is written in a form that scanners can look for, and read again', () => {
    for (let round = 0; round < 100; round += 1) {
      const token = newOpaqueToken(USER);
      const text = formatPersonalToken(token);
      expect(text).toMatch(/^tp_[\w-]{43}_[\w-]{22}_[\w-]{6}$/);
      expect(isPersonalToken(text)).toBe(true);
      expect(parsePersonalToken(text)).toEqual(token);
    }
  });

  it('carries the CRC-32 of what comes before it', () => {
    const token = { userId: USER, secret: Buffer.alloc(32, 7) };
    expect(formatPersonalToken(token)).toBe(
      'tp_BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc_AZnznxHSe2CKTpfBDz3ltw_J45vsw',
    );
  });

  it('begins in a way that tells it from others of the same user', () => {
    const prefixes = Array.from({ length: 50 }, () => prefixOf(formatPersonalToken(newOpaqueToken(USER))));
    expect(new Set(prefixes).size).toBe(50);
    for (const prefix of prefixes) expect(prefix).toMatch(/^tp_[\w-]{8}$/);
  });

  it('is refused, without a query, when a single character is another one', () => {
    const text = formatPersonalToken(newOpaqueToken(USER));
    const wrong = fc.record({ at: fc.nat(text.length - 1), by: fc.constantFrom(...ALPHABET) });
    fc.assert(
      fc.property(wrong, ({ at, by }) => {
        fc.pre(text[at] !== by);
        expect(parsePersonalToken(text.slice(0, at) + by + text.slice(at + 1))).toBeUndefined();
      }),
    );
  });

  it.each([
    '',
    'tp_',
    'tp_a_b_c',
    'nonsense',
    `tp_${'A'.repeat(43)}_${'_'.repeat(22)}_AAAAAA`,
    `tp_${'A'.repeat(43)}_${'A'.repeat(22)}_AAAAAA`,
  ])('is not what reads %j', (text) => {
    expect(parsePersonalToken(text)).toBeUndefined();
  });

  it('is refused when it is cut, continued, or in another case', () => {
    const text = formatPersonalToken(newOpaqueToken(USER));
    for (const other of [text.slice(0, -1), `${text}A`, ` ${text}`, `${text}\n`, text.toUpperCase()]) {
      expect(parsePersonalToken(other)).toBeUndefined();
    }
  });
});
