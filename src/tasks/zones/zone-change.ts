import type { Knex } from 'knex';
import { inBatches } from '../../db/batches.ts';
import { byUser } from '../../db/events.ts';
import type { UserRow } from '../../db/tables.ts';
import { writeGuarded } from '../../db/write-statement.ts';
import { dueAt } from '../rules/due.ts';
import { type FloatingTask, zoneChangeRepository } from './zone-change.repository.ts';

/** Somebody has another time zone. */
export interface ZoneChange {
  /** The account as it was. */
  readonly user: Pick<UserRow, 'id' | 'timezone'>;
  readonly timezone: string;
  readonly at: string;
  /** Id of the account that makes the change. */
  readonly actorId: string;
}

/**
 * Moves the instants of days, and of times without a zone, to where the user is now. In the transaction that changes the
 * account, and after that: who writes a task meanwhile holds on to the zone it was computed in. One event tells of all.
 */
export async function moveDueDates(trx: Knex.Transaction, change: ZoneChange): Promise<void> {
  const { user, timezone, at, actorId } = change;
  const tasks = zoneChangeRepository(trx);
  const floating = await tasks.lockFloating(user.id);
  const instants = new Map<string, string>();
  for (const batch of inBatches(floating)) {
    const moved = batch.map((task) => ({
      id: task.id,
      due_at: instantOf(task, timezone, instants),
      was: task.due_at,
    }));
    const changed = moved.filter(({ due_at, was }) => due_at !== was);
    if (changed.length > 0) await tasks.setInstants(user.id, changed, at);
  }
  const event = {
    user_id: user.id,
    type: 'user.updated',
    resource: 'user',
    resource_id: user.id,
    changed: ['timezone'],
    before: { timezone: user.timezone },
    after: { timezone },
    at,
    actor: byUser(actorId),
  };
  await writeGuarded(trx, { userId: user.id, guards: [], writes: [], events: [event] });
}

/** Many tasks are due on the same days. */
function instantOf(task: FloatingTask, timezone: string, known: Map<string, string>): string {
  const key = `${task.due_date} ${task.due_time}`;
  const instant =
    known.get(key) ?? dueAt({ date: task.due_date, time: task.due_time, timezone: null }, timezone);
  known.set(key, instant);
  return instant;
}
