import { createHash } from 'node:crypto';
import type { Input, OperationId, Reply } from '../contract/types.ts';
import type { Database } from '../db/knex.ts';
import { transaction } from '../db/transaction.ts';
import { InvalidInputError, UnavailableError } from '../errors.ts';
import { idempotencyRepository } from './idempotency.repository.ts';

/** As the validator spells it, and Node. */
const HEADER = 'idempotency-key';

/** Operations that take the header. */
export type KeyedOperation = {
  [K in OperationId]: 'idempotency-key' extends keyof Input<K>['headers'] ? K : never;
}[OperationId];

/** What the operations have in common. */
interface KeyedInput {
  readonly principal: { readonly userId: string };
  readonly headers: { readonly [HEADER]?: string };
  readonly path: object;
  readonly body: unknown;
}

/**
 * Does the work of an operation; with an `Idempotency-Key` only once, however often the request is sent: the key, the
 * work and the answer are stored in one transaction, and who sends it again gets the answer again. A failure undoes all
 * three. Requests with the same key wait for each other.
 *
 * @param work gets what it has to do everything with: the transaction, or without a key the database
 * @throws InvalidInputError when the key belongs to another request
 */
export type Once = <K extends KeyedOperation>(
  operation: K,
  input: Input<K>,
  work: (database: Database) => Promise<Reply<K>>,
) => Promise<Reply<K>>;

export interface OnceOptions {
  readonly database: Database;
  /** Hours that a key is remembered. */
  readonly hours: number;
  readonly now: () => Date;
}

export function createOnce({ database, hours, now }: OnceOptions): Once {
  return async (operation, input, work) => {
    const { principal, headers, path, body } = input as unknown as KeyedInput;
    const key = headers[HEADER];
    if (key === undefined) return work(database);
    const fingerprint = fingerprintOf([operation, path, body]);
    return transaction(database, async (trx) => {
      const keys = idempotencyRepository(trx);
      const id = { user_id: principal.userId, key };
      const at = now();
      const expiry = new Date(at.getTime() - hours * 3_600_000).toISOString();
      if (await keys.claim({ ...id, fingerprint, created_at: at.toISOString() }, expiry)) {
        const reply = (await work(trx)) as unknown as AnyReply;
        await keys.answer(id, reply.status, reply.headers ?? {}, reply.body);
        return reply as never;
      }
      const first = await keys.find(id);
      // Forgotten between the two statements.
      if (first === undefined) throw new UnavailableError('The key is about to expire.');
      if (!first.fingerprint.equals(fingerprint)) throw belongsToAnother();
      const replayed = { ...first.headers, 'Idempotency-Replayed': 'true' };
      return { status: first.status, headers: replayed, body: first.body } as never;
    });
  };
}

/** A reply, once the types of its operation are left behind. */
interface AnyReply {
  readonly status: number;
  readonly headers?: object;
  readonly body: unknown;
}

function belongsToAnother(): InvalidInputError {
  const message = 'was sent with another request before';
  return new InvalidInputError([{ parameter: HEADER, code: 'not_allowed', message }]);
}

/** SHA-256 of a value, whatever the order of the members in its objects. */
function fingerprintOf(value: unknown): Buffer {
  const canonical = JSON.stringify(value, (_name, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([one], [other]) => (one < other ? -1 : 1)))
      : member,
  );
  return createHash('sha256').update(canonical).digest();
}
