import type { BatchOperation, Taskpact } from '../../sdk/src/index.ts';
import { chanceOf } from './chance.ts';
import { PROJECTS, type ProjectName, TAGS } from './story.ts';
import { inventYear } from './year.ts';

/** How many changes the API takes at once. */
const MOST_OPERATIONS = 100;

export interface Filled {
  readonly projects: number;
  readonly tags: number;
  readonly tasks: number;
  readonly completed: number;
}

/**
 * Fills an empty account.
 *
 * @param client is logged in
 * @param today `2026-11-21`
 * @throws Error when the account has tasks already
 */
export async function fillAccount(client: Taskpact, seed: number, today: string): Promise<Filled> {
  const { total } = await client.tasks.list({ size: 1, deleted: 'include' });
  if (total !== 0) throw new Error('the account has tasks already, which it would mix with its own');
  const chance = chanceOf(seed);
  const projects = {} as Record<ProjectName, string>;
  for (const [name, project] of Object.entries(PROJECTS)) {
    projects[name as ProjectName] = (await client.projects.create({ id: chance.uuid(), ...project })).id;
  }
  for (const tag of TAGS) await client.tags.create({ id: chance.uuid(), ...tag });

  const counts = { tasks: 0, completed: 0 };
  for (const { tasks, completed } of inventYear(chance, today, projects)) {
    await inBatches(client, [
      ...tasks.map((task) => ({ op: 'create', task }) as const),
      ...completed.map((id) => ({ op: 'complete', id }) as const),
    ]);
    counts.tasks += tasks.length;
    counts.completed += completed.length;
  }
  await client.projects.update(projects.moving, { archived: true });
  return { projects: Object.keys(PROJECTS).length, tags: TAGS.length, ...counts };
}

async function inBatches(client: Taskpact, operations: readonly BatchOperation[]): Promise<void> {
  for (let start = 0; start < operations.length; start += MOST_OPERATIONS) {
    await client.tasks.batch({ operations: operations.slice(start, start + MOST_OPERATIONS) });
  }
}
