import type { Schemas } from '../../contract/types.ts';
import { tagNameKey } from '../../tags/tag-names.ts';
import type { TaggedTaskRow } from '../columns.ts';
import { followsUser } from '../rules/due.ts';

/** What has to be read before a change can be decided on. */
export interface Needs {
  readonly tasks: readonly string[];
  /** Tasks whose subtasks are needed as well. */
  readonly families: readonly string[];
  readonly projects: readonly string[];
  /** Names of tags in the form in which they are compared. */
  readonly tagKeys: readonly string[];
  readonly timezone: boolean;
}

export const NOTHING: Needs = { tasks: [], families: [], projects: [], tagKeys: [], timezone: false };

/** The fields of a task that refer to something else. */
type Referring = Pick<Schemas['TaskUpdate'], 'project_id' | 'parent_id' | 'due' | 'tags'>;

/** What the fields of a body refer to. */
export function referencesOf({ project_id, parent_id, due, tags = [] }: Referring): Needs {
  return {
    tasks: present(parent_id),
    families: [],
    projects: present(project_id),
    tagKeys: tags.map(tagNameKey),
    // Whether a patched due date follows the user is known once it is merged.
    timezone: due != null && followsUser({ date: '', time: '', timezone: null, ...due }),
  };
}

/**
 * A new task is written without a look at what the write checks itself: whether its id is free and its project there.
 * These are read once that has failed (`suspected`), or when there is something to be read anyway.
 */
export function needsOfCreation(body: Schemas['TaskCreate']): { needs: Needs; suspected: Needs } {
  const references = referencesOf(body);
  const readsAnyway = references.tagKeys.length > 0 || references.timezone;
  return {
    needs: readsAnyway ? references : { ...references, projects: [] },
    suspected: { ...NOTHING, tasks: present(body.id), projects: references.projects },
  };
}

/** What a task in the trash may have belonged to. */
export function needsOfRestoration(task: TaggedTaskRow | undefined): Needs {
  return { ...NOTHING, tasks: present(task?.parent_id), projects: present(task?.project_id) };
}

/** A patch of the place concerns the subtasks, too. */
export function needsOfEdit(id: string, patch: Referring): Needs {
  const isMove = patch.project_id !== undefined || patch.parent_id !== undefined;
  return together([referencesOf(patch), { ...NOTHING, tasks: [id], families: isMove ? [id] : [] }]);
}

export function together(needs: readonly Needs[]): Needs {
  const all = <T>(part: (one: Needs) => readonly T[]): T[] => [...new Set(needs.flatMap(part))];
  return {
    tasks: all(({ tasks }) => tasks),
    families: all(({ families }) => families),
    projects: all(({ projects }) => projects),
    tagKeys: all(({ tagKeys }) => tagKeys),
    timezone: needs.some(({ timezone }) => timezone),
  };
}

function present(id: string | null | undefined): string[] {
  return id == null ? [] : [id];
}
