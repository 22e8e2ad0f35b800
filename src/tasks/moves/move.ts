import type { Precondition } from '../../contract/conditional.ts';
import type { Schemas } from '../../contract/types.ts';
import { InvalidInputError } from '../../errors.ts';
import { isRoomy, positionBetween } from '../../ordering/positions.ts';
import type { TaggedTaskRow } from '../columns.ts';
import { canonicalId } from '../rules/ids.ts';
import type { TaskDraft } from '../writes/draft.ts';
import { liveTask } from '../writes/edit.ts';
import type { MovesRepository, PlacedTask } from './moves.repository.ts';

/** Between which two tasks a place is; undefined beyond the first and the last. */
interface Gap {
  readonly lower: PlacedTask | undefined;
  readonly upper: PlacedTask | undefined;
}

/** Puts a task that is locked right after or before another one. @throws InvalidInputError */
export async function moveTask(
  draft: TaskDraft,
  order: MovesRepository,
  id: string,
  where: Schemas['TaskMove'],
  allowed: Precondition,
): Promise<TaggedTaskRow> {
  const task = liveTask(draft, id, allowed);
  await order.lockOrder(draft.userId);
  const gap = await findGap(order, task, where);
  if (isWithin(gap, task)) return task;
  return draft.update(task, { position: await positionIn(order, gap, task, where, draft.at) }, 'task.moved');
}

async function positionIn(
  order: MovesRepository,
  gap: Gap,
  task: TaggedTaskRow,
  where: Schemas['TaskMove'],
  at: string,
): Promise<string> {
  const position = between(gap);
  if (position !== undefined) return position;
  await order.renumber(task.user_id, task.id, at);
  const renumbered = between(await findGap(order, task, where));
  if (renumbered === undefined) throw new Error('There is no room between numbered tasks');
  return renumbered;
}

/** @returns undefined when two tasks share a place, or the text would get too long */
function between({ lower, upper }: Gap): string | undefined {
  if (lower !== undefined && lower.position === upper?.position) return undefined;
  const position = positionBetween(lower?.position ?? null, upper?.position ?? null);
  return isRoomy(position) ? position : undefined;
}

async function findGap(
  order: MovesRepository,
  task: TaggedTaskRow,
  where: Schemas['TaskMove'],
): Promise<Gap> {
  const isAfter = where.after !== undefined;
  const anchor = await findAnchor(
    order,
    task,
    isAfter ? 'after' : 'before',
    where.after ?? where.before ?? null,
  );
  const next = await order.neighbour(task.user_id, task.id, isAfter ? 'following' : 'preceding', anchor);
  const near = anchor ?? undefined;
  return isAfter ? { lower: near, upper: next } : { lower: next, upper: near };
}

async function findAnchor(
  order: MovesRepository,
  task: TaggedTaskRow,
  name: 'after' | 'before',
  id: string | null,
): Promise<PlacedTask | null> {
  if (id === null) return null;
  const refuse = (code: string, message: string) =>
    new InvalidInputError([{ pointer: `/${name}`, code, message }]);
  if (canonicalId(id) === task.id) throw refuse('not_allowed', 'is the task itself');
  const anchor = await order.findAnchor(task.user_id, id);
  if (anchor === undefined) throw refuse('not_found', 'is not a task of yours');
  return anchor;
}

/** Whether the task is there already. */
function isWithin({ lower, upper }: Gap, { position }: PlacedTask): boolean {
  return (
    (lower === undefined || lower.position < position) && (upper === undefined || position < upper.position)
  );
}
