import type { Schemas } from '../../contract/types.ts';
import { isOpen } from '../rules/statuses.ts';

/** The next instant at which one of the tasks becomes overdue, though nobody changes it. Instants of one form sort as text. */
export function nextOverdue(tasks: readonly Schemas['Task'][], at: Date): string | undefined {
  const now = at.toISOString();
  const instants = tasks.flatMap(({ status, due_at }) =>
    isOpen(status) && due_at !== null && due_at > now ? [due_at] : [],
  );
  return instants.sort()[0];
}
