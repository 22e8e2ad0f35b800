/**
 * The house rules of openapi.yaml that no linter knows: each holds for the contract, and each can fail, because it finds
 * fault with a copy in which something was broken on purpose. Reads the file itself and nothing of the server.
 */
import { describe, expect, it } from 'vitest';
import { contract } from '../../setup/contract.ts';
import { read } from './reading.ts';
import { rules } from './rules/index.ts';

describe.each(Object.entries(rules))('IN3 %s: the contract', (_subject, list) => {
  describe.each(list)('$says', ({ check, breaks }) => {
    it('holds', () => {
      expect(check(read(contract))).toEqual([]);
    });

    it.each(Object.entries(breaks))('says "%s" when that is so', (complaint, change) => {
      const copy = structuredClone(contract);
      change(copy);
      expect(check(read(copy))).toContainEqual(expect.stringContaining(complaint));
    });

    it('can fail', () => {
      expect(Object.keys(breaks)).not.toEqual([]);
    });
  });
});
