import pLimit from 'p-limit';
import type { Audit } from '../audit.ts';
import type { ClientInfo, Principal, Schemas } from '../contract/types.ts';
import { UnavailableError } from '../errors.ts';
import { toEvent } from '../events/events.mapper.ts';
import { toProject } from '../projects/projects.mapper.ts';
import { toTag } from '../tags/tags.mapper.ts';
import type { TaggedTaskRow } from '../tasks/columns.ts';
import { toTask } from '../tasks/tasks.mapper.ts';
import type { UsersService } from '../users/users.service.ts';
import type { ExportRepository } from './export.repository.ts';
import { toIdentity } from './identities.mapper.ts';
import { inPages, type Pages, whenDone, writeJson } from './json-writer.ts';

export interface ExportServiceOptions {
  readonly users: UsersService;
  readonly listSessions: (principal: Principal) => Promise<Schemas['SessionList']>;
  readonly listTokens: (userId: string) => Promise<Schemas['AccessTokenList']>;
  readonly rows: ExportRepository;
  /** Identities at other issuers that are in an export at most. */
  readonly mostIdentities: number;
  readonly audit: Audit;
  readonly now: () => Date;
}

export interface DataExport {
  /** When it began, in RFC 3339. */
  readonly at: string;
  /** Its text, for one reader; slow readers cost no connection to the database. */
  readonly stream: AsyncIterable<string>;
}

type Head = Omit<Schemas['DataExport'], 'projects' | 'tags' | 'tasks' | 'events'>;

/** Rows that are in memory at a time. */
const PAGE = 200;
/** Exports at once; each may be in the hands of a reader who takes minutes. */
const AT_ONCE = 10;
/** Pages that are read from the database at once, so that exports leave most of the pool to everybody else. */
const READS_AT_ONCE = 2;
/** Seconds. */
const RETRY_AFTER = 10;

/** Everything that is stored of an account, as one document. docs/export.md describes it. */
export function exportService(options: ExportServiceOptions) {
  const { users, listSessions, listTokens, rows, mostIdentities, audit, now } = options;
  const limit = pLimit(READS_AT_ONCE);
  /** Accounts that are being exported. */
  const running = new Set<string>();

  const admit = (userId: string): void => {
    const isUnderWay = running.has(userId);
    if (isUnderWay || running.size >= AT_ONCE) {
      const reason = isUnderWay
        ? 'An export of this account is under way.'
        : 'Too many exports are under way.';
      throw new UnavailableError(reason, { retryAfter: RETRY_AFTER });
    }
    running.add(userId);
  };

  const readHead = async (principal: Principal, at: string): Promise<Head> => ({
    format: 'taskpact-export',
    version: 1,
    exported_at: at,
    user: (await users.get(principal.userId)).resource,
    identities: (await rows.identities(principal.userId, mostIdentities)).map(toIdentity),
    sessions: (await listSessions(principal)).items,
    access_tokens: (await listTokens(principal.userId)).items,
  });

  /** A list of rows that is read a page at a time. */
  const pagesOf = <Row>(
    read: (after: Row | undefined) => Promise<Row[]>,
    toItem: (row: Row) => object,
  ): Pages => inPages(PAGE, (after) => limit(() => read(after)), toItem);

  /** In the order of the document. Events come last: they hold every change that the others show. */
  const listsOf = (userId: string, at: string): Readonly<Record<string, Pages>> => ({
    projects: pagesOf((after) => rows.projectsAfter(userId, after, PAGE), toProject),
    tags: pagesOf((after) => rows.tagsAfter(userId, after, PAGE), toTag),
    tasks: pagesOf(
      (after) => rows.tasksAfter(userId, after, PAGE),
      (row: TaggedTaskRow) => toTask(row, at),
    ),
    events: eventsOf(userId),
  });

  /** Up to the newest there is when the first is read: the tasks, which come before, hold nothing that is newer. */
  async function* eventsOf(userId: string): Pages {
    const last = await rows.lastEvent(userId);
    yield* pagesOf((after) => rows.eventsAfter(userId, after, last, PAGE), toEvent);
  }

  return {
    /**
     * Begins an export. What is short is read before this returns, the rest while it is written.
     *
     * @throws UnavailableError when there are too many exports already, or one of this account
     */
    begin: async (principal: Principal, client: ClientInfo): Promise<DataExport> => {
      const { userId } = principal;
      const at = now().toISOString();
      admit(userId);
      const end = (): void => void running.delete(userId);
      try {
        const head = await readHead(principal, at);
        audit.record('account.exported', { user: userId, ip: client.ip });
        const text = writeJson(head, listsOf(userId, at));
        return { at, stream: whenDone(text, end) };
      } catch (error) {
        end();
        throw error;
      }
    },
  };
}

export type ExportService = ReturnType<typeof exportService>;
