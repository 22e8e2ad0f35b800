import { describe, expect, it } from 'vitest';
import { constraintName, isRetryable, translateDatabaseError } from '../../src/db/pg-errors.ts';

const failure = (fields: object, message = ''): Error => Object.assign(new Error(message), fields);

describe('the name of the constraint that was broken', () => {
  it.each([
    { error: failure({ constraint: 'tasks_pkey' }), name: 'tasks_pkey' },
    { error: failure({ constraint: 'tasks_pkey_102008' }), name: 'tasks_pkey' },
    {
      error: failure({}, 'duplicate key value violates unique constraint "tasks_pkey_102008"'),
      name: 'tasks_pkey',
    },
    {
      error: failure({}, 'new row for relation "tasks_1" violates check constraint "tasks_title_check"'),
      name: 'tasks_title_check',
    },
    { error: failure({ constraint: 'utf_8_key' }), name: 'utf_8_key' },
    { error: failure({ constraint: 7 }), name: undefined },
    { error: failure({}, 'something else'), name: undefined },
    { error: 'constraint "tasks_pkey"', name: undefined },
  ])('is $name', ({ error, name }) => expect(constraintName(error)).toBe(name));
});

describe('what is tried again', () => {
  it.each([
    { error: failure({ code: '40001' }), retryable: true },
    { error: failure({ code: '40P01' }), retryable: true },
    { error: failure({ code: '23505' }), retryable: false },
    { error: failure({ code: '57014' }), retryable: false },
    { error: { code: '40001' }, retryable: false },
    { error: undefined, retryable: false },
  ])('$error: $retryable', ({ error, retryable }) => expect(isRetryable(error)).toBe(retryable));
});

it('keeps the error it translates as the cause, for the log', () => {
  const cause = failure({ code: '23505' });
  expect(translateDatabaseError(cause)?.error.cause).toBe(cause);
});

it('leaves alone what is not of the database', () => {
  for (const error of [new Error('x'), new TypeError('x'), 'x', null, undefined, {}]) {
    expect(translateDatabaseError(error)).toBeUndefined();
  }
});

it('takes a missing account for a token that has outlived it', () => {
  const error = Object.assign(new Error('violates foreign key'), {
    code: '23503',
    constraint: 'tasks_user_fkey',
  });
  expect(translateDatabaseError(error)?.error.name).toBe('UnauthenticatedError');
});
