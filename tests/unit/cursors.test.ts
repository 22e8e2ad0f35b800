import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCursorCodec } from '../../src/contract/cursors.ts';
import { InvalidInputError } from '../../src/errors.ts';
import { contract } from '../setup/contract.ts';

const codec = createCursorCodec([randomBytes(32)]);
const POSITION = ['2026-11-21T09:30:00.000Z', '0199f3a0-6f0b-7c3e-9d4a-2f6b8c1d0e5a'];
const SCOPE = ['tasks', 'user-1', { statuses: ['pending'], priorities: undefined }, '-created_at'];
const cursor = codec.encode(POSITION, SCOPE);

const refuses = (text: string, scope: readonly unknown[] = SCOPE): void => {
  expect(() => codec.decode(text, scope)).toThrow(InvalidInputError);
};

describe('a cursor', () => {
  it('leads back to the position that it was made of, and fits the contract', () => {
    expect(codec.decode(cursor, SCOPE)).toEqual(POSITION);
    const { pattern, maxLength } = contract.components.parameters.Cursor.schema;
    expect(cursor).toMatch(new RegExp(pattern));
    expect(cursor.length).toBeLessThan(maxLength);
  });

  it('leads back to any position', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' })), (position) => {
        expect(codec.decode(codec.encode(position, SCOPE), SCOPE)).toEqual(position);
      }),
    );
  });

  it.each([
    { what: 'another user', scope: ['tasks', 'user-2', SCOPE[2], '-created_at'] },
    { what: 'another list', scope: ['projects', 'user-1', SCOPE[2], '-created_at'] },
    { what: 'another filter', scope: ['tasks', 'user-1', { statuses: ['completed'] }, '-created_at'] },
    {
      what: 'another field of the filter',
      scope: ['tasks', 'user-1', { priorities: ['pending'] }, '-created_at'],
    },
    { what: 'no filter', scope: ['tasks', 'user-1', {}, '-created_at'] },
    { what: 'another order', scope: ['tasks', 'user-1', SCOPE[2], 'created_at'] },
    { what: 'parts that run together', scope: ['tasksuser-1', SCOPE[2], '-created_at'] },
    { what: 'nothing', scope: [] },
  ])('is refused for $what', ({ scope }) => refuses(cursor, scope));

  it('is refused when any character of it was changed, added or taken away', () => {
    for (let index = 0; index < cursor.length; index += 1) {
      const other = cursor[index] === 'A' ? 'B' : 'A';
      refuses(cursor.slice(0, index) + cursor.slice(index + 1));
      refuses(`${cursor.slice(0, index)}.${cursor.slice(index)}`);
      // The last character holds bits that mean nothing; that its neighbours decode alike is no way in.
      if (index < cursor.length - 1) refuses(cursor.slice(0, index) + other + cursor.slice(index + 1));
    }
  });

  it('has one spelling only', () => {
    for (const end of ['.', '.x', `.${cursor}`, '=', '==', 'A']) refuses(cursor + end);
    const [payload, signature = ''] = cursor.split('.');
    for (const last of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_') {
      if (!signature.endsWith(last)) refuses(`${payload}.${signature.slice(0, -1)}${last}`);
    }
  });

  it('is refused when it is nonsense', () => {
    for (const text of ['', '.', '..', 'a', 'a.b', 'W10.', '.W10', 'null', '\u0000', 'x'.repeat(512)])
      refuses(text);
  });

  it('is refused when it was signed with another key', () => {
    refuses(createCursorCodec([randomBytes(32)]).encode(POSITION, SCOPE));
  });

  it('is good with every key of the server, and signed with the first', () => {
    const [now, before] = [randomBytes(32), randomBytes(32)];
    const both = createCursorCodec([now, before]);
    const old = createCursorCodec([before]).encode(POSITION, SCOPE);
    expect(both.decode(old, SCOPE)).toEqual(POSITION);
    expect(createCursorCodec([now]).decode(both.encode(POSITION, SCOPE), SCOPE)).toEqual(POSITION);
    expect(() => createCursorCodec([now]).decode(old, SCOPE)).toThrow(InvalidInputError);
    expect(() => both.decode(old, ['another scope'])).toThrow(InvalidInputError);
  });
});
