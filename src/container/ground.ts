import type { Audit } from '../audit.ts';
import type { Config } from '../config.ts';
import type { ContractDocument } from '../contract/document.ts';
import type { Database } from '../db/knex.ts';
import type { Logger } from '../http/logging.ts';
import type { Secrets } from '../keys.ts';
import type { Counters } from '../limits/counters.ts';
import type { Tracing } from '../tracing/tracing.ts';
import type { UsersRepository } from '../users/users.repository.ts';

/** What everything else stands on. */
export interface Ground {
  readonly config: Config;
  readonly database: Database;
  readonly logger: Logger;
  readonly document: ContractDocument;
  readonly secrets: Secrets;
  readonly counters: Counters;
  readonly audit: Audit;
  readonly users: UsersRepository;
  /** The clock. */
  readonly now: () => Date;
  /** Undefined: nothing is traced. */
  readonly tracing: Tracing | undefined;
}
