/** What is worth knowing about an account when something has gone wrong. Each is a line of the log. */
export type SecurityEvent =
  | 'access.denied'
  | 'access_token.created'
  | 'access_token.revoked'
  | 'account.changed'
  | 'account.created'
  | 'account.deleted'
  | 'account.exported'
  | 'email.change_requested'
  | 'email.changed'
  | 'email.verified'
  | 'identity.linked'
  | 'login.failed'
  | 'login.succeeded'
  | 'login.throttled'
  | 'password.changed'
  | 'password.reset'
  | 'password.reset_requested'
  | 'refresh_token.reused'
  | 'session.ended';

export interface SecurityDetails {
  /** The account that it is about; null when there is none. */
  readonly user: string | null;
  /** The account that did it, when that is another one. */
  readonly actor?: string;
  readonly ip?: string | null;
  /** Names and ids; never a secret, an address or anything else that somebody wrote. */
  readonly [detail: string]: string | number | boolean | null | readonly string[] | undefined;
}

/** Where security events go. */
export interface Audit {
  record(event: SecurityEvent, details: SecurityDetails): void;
}

/** As much of a logger as is needed. */
interface EventLog {
  info(fields: object, message: string): void;
}

/** Writes each event as a line of the log with the field `audit`; JSON leaves no way to forge another line. */
export function createAudit(log: EventLog): Audit {
  return { record: (event, details) => log.info({ audit: event, ...details }, 'audit') };
}

/** What is recorded of a caller who may not do what they asked for. */
interface Denial {
  readonly caller: { readonly principal: { readonly userId: string; readonly sessionId: string | null } };
  readonly operationId: string;
  readonly ip: string | null;
  /** Its message names the role or the scope that is missing; both stand in the contract. */
  readonly reason: Error;
}

export function recordDenials(audit: Audit): (denial: Denial) => void {
  return ({ caller: { principal }, operationId: operation, ip, reason }) => {
    const { userId: user, sessionId: session } = principal;
    audit.record('access.denied', { user, session, operation, reason: reason.message, ip });
  };
}
