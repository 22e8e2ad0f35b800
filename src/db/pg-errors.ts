import {
  ConflictError,
  type DomainError,
  ForbiddenError,
  InvalidInputError,
  UnauthenticatedError,
  UnavailableError,
} from '../errors.ts';
import { connectionAdvice } from './connection.ts';

/** What a failure of the database means for the caller. */
export interface TranslatedError {
  readonly error: DomainError;
  /** True when the contract should have refused the input before; worth a line in the log. */
  readonly validationGap: boolean;
}

/**
 * Turns what PostgreSQL, its driver or the pool throw into a domain error; undefined when it is none of these, or one
 * that only a fault of ours explains.
 */
export function translateDatabaseError(cause: unknown): TranslatedError | undefined {
  if (!(cause instanceof Error)) return undefined;
  const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : undefined;
  if (isUnavailable(cause, code)) {
    return plain(new UnavailableError('The database is not available at the moment.', { cause }));
  }
  switch (code) {
    case '23503':
      // The account was deleted while one of its access tokens was still good.
      if (constraintName(cause)?.endsWith('_user_fkey') === true) {
        return plain(new UnauthenticatedError('The account does not exist any more.'));
      }
      return plain(conflict(cause));
    case '23505':
      return plain(conflict(cause));
    case '42501':
      return plain(new ForbiddenError({ cause }));
    // Citus reports a missing distribution column as 22004.
    case '22004':
    case '23502':
    case '23514':
    case '22021':
    case '22P05':
    case '22P02':
    case '22001':
    case '22003':
    case '22007':
    case '22008':
    case '2201W':
    case '2201X':
    case '54001': {
      const fault = { code: 'invalid', message: 'holds a value that can not be stored' };
      return { error: new InvalidInputError([fault], { cause }), validationGap: true };
    }
    default:
      return undefined;
  }
}

function conflict(cause: Error): DomainError {
  return new ConflictError('conflict', 'The change conflicts with what is stored.', { cause });
}

function plain(error: DomainError): TranslatedError {
  return { error, validationGap: false };
}

/** True when the same transaction may succeed if it is run again: serialization failure or deadlock. */
export function isRetryable(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === '40001' || error.code === '40P01');
}

/**
 * Name of the constraint that was broken. Errors from a Citus worker carry it in the message only, with the number of
 * the shard behind it.
 */
export function constraintName(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const named = 'constraint' in error && typeof error.constraint === 'string' ? error.constraint : undefined;
  const name = named ?? /constraint "([^"]+)"/.exec(error.message)?.[1];
  return name?.replace(/_\d{6,}$/, '');
}

/**
 * Classes 08 (connection), 28 (refused log-in), 53 (resources) and 57P (shutdown), a database that is not there, and
 * single states that pass by themselves. None of them is the client's doing.
 */
const PASSING_STATES = /^(08...|28...|3D000|53...|57P..|57014|55P03|25006|40001|40P01)$/;
const NETWORK_CODES =
  /^(ECONN(REFUSED|RESET|ABORTED)|ETIMEDOUT|EPIPE|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|ENOENT)$/;
/** pg and knex throw these without a code. */
const MESSAGES =
  /Client has encountered a connection error|Query read timeout|timeout expired|Connection terminated|Timeout acquiring a connection|Unable to acquire a connection|Client was closed|connection ended/i;

function isUnavailable(error: Error, code: string | undefined): boolean {
  if (code !== undefined && (PASSING_STATES.test(code) || isNetworkError(error, code))) return true;
  // Several addresses were tried, none answered.
  if (error instanceof AggregateError)
    return error.errors.some((inner) => translateDatabaseError(inner) !== undefined);
  if (connectionAdvice(error) !== undefined) return true;
  return error.name === 'KnexTimeoutError' || MESSAGES.test(error.message);
}

function isNetworkError(error: Error, code: string): boolean {
  // ENOENT is a missing socket only when it comes from connecting; elsewhere it is a missing file.
  return (
    NETWORK_CODES.test(code) && (code !== 'ENOENT' || ('syscall' in error && error.syscall === 'connect'))
  );
}
