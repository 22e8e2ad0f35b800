import type { TaskRow } from '../../db/tables.ts';
import type { Guard, GuardedWrite, Part } from '../../db/write-statement.ts';
import type { TaskChanges, WrittenTask } from './changes.ts';

/** Types of the columns, for reading them from JSON. Those of the key stay for good. */
const KEYS = { id: 'uuid', created_at: 'timestamptz' } as const;
const MUTABLE = {
  title: 'text',
  description: 'text',
  status: 'text',
  priority: 'text',
  project_id: 'uuid',
  parent_id: 'uuid',
  due_date: 'date',
  due_time: 'text',
  due_timezone: 'text',
  due_at: 'timestamptz',
  position: 'text',
  version: 'integer',
  updated_at: 'timestamptz',
  completed_at: 'timestamptz',
  deleted_at: 'timestamptz',
} as const;
({ ...KEYS, ...MUTABLE }) satisfies Record<Exclude<keyof TaskRow, 'user_id'>, string>;

const COLUMNS = Object.keys({ ...KEYS, ...MUTABLE });
const RECORD = [
  ...Object.entries({ ...KEYS, ...MUTABLE }).map(([column, type]) => `${column} ${type}`),
  'lexemes text[]',
  'from_version integer',
].join(', ');

/** The changes as parts of one statement; those that change nothing are left out of it. */
export function statementOf(changes: TaskChanges): GuardedWrite {
  const { userId, events } = changes;
  const guards = guardsOf(changes);
  if (guards.length === 0 && isSingleUpdate(changes)) {
    // The only row that can be missed, so its update tells.
    const guard = { ...updated(changes, ''), rows: 1 };
    return { userId, guards: [guard], writes: taggings(changes), events };
  }
  return {
    userId,
    guards: [...guards, ...current(changes)],
    writes: [
      ...newTags(changes),
      ...some(changes.inserted, () => inserted(changes)),
      ...some(changes.updated, () => updated(changes, ', ready')),
      ...purged(changes),
      ...taggings(changes),
    ],
    events,
  };
}

function isSingleUpdate({ newTags, inserted, updated, purged }: TaskChanges): boolean {
  return updated.length === 1 && newTags.length + inserted.length + purged.length === 0;
}

function guardsOf({ userId, assumptions }: TaskChanges): Guard[] {
  const { timezone, projects, tags, parents } = assumptions;
  return [
    ...some(timezone === undefined ? [] : [timezone], (zones) => ({
      name: 'zone',
      sql: 'select id from users where id = ? and timezone = any(?::text[]) for share',
      values: [userId, zones],
      rows: 1,
    })),
    ...some(projects, (ids) => ({
      name: 'homes',
      sql: `select id from projects where user_id = ? and id = any(?::uuid[]) and deleted_at is null
        order by id for share`,
      values: [userId, ids],
      rows: ids.length,
    })),
    ...some(tags, (used) => ({
      name: 'used_tags',
      sql: `select tags.id from tags join jsonb_to_recordset(?::jsonb) as wanted (id uuid, name text)
          on wanted.id = tags.id and wanted.name = tags.name
        where tags.user_id = ? and tags.id = any(?::uuid[]) order by tags.id for share of tags`,
      values: [JSON.stringify(used), userId, idsOf(used)],
      rows: used.length,
    })),
    ...some(parents, (kin) => ({
      name: 'parents',
      sql: `select tasks.id from tasks join jsonb_to_recordset(?::jsonb) as wanted (id uuid, project_id uuid)
          on wanted.id = tasks.id and wanted.project_id is not distinct from tasks.project_id
        where tasks.user_id = ? and tasks.id = any(?::uuid[])
          and tasks.parent_id is null and tasks.deleted_at is null
        order by tasks.id for share of tasks`,
      values: [JSON.stringify(kin), userId, idsOf(kin)],
      rows: kin.length,
    })),
  ];
}

/** The tasks that change are locked first, in the order of their ids. */
function current({ userId, updated, purged }: TaskChanges): Guard[] {
  const versions = [
    ...updated.map(({ row, from }) => ({ id: row.id, version: from })),
    ...purged.map(({ id, version }) => ({ id, version })),
  ];
  return some(versions, () => ({
    name: 'current',
    sql: `select tasks.id from tasks join jsonb_to_recordset(?::jsonb) as wanted (id uuid, version integer)
        on wanted.id = tasks.id and wanted.version = tasks.version
      where tasks.user_id = ? and tasks.id = any(?::uuid[])
      order by tasks.id for no key update of tasks`,
    values: [JSON.stringify(versions), userId, idsOf(versions)],
    rows: versions.length,
  }));
}

function newTags({ userId, newTags: tags }: TaskChanges): Part[] {
  return some(tags, () => ({
    name: 'new_tags',
    sql: `insert into tags (user_id, id, name, name_norm, color, version, created_at, updated_at)
      select ?::uuid, tag.id, tag.name, tag.name_norm, tag.color, tag.version, tag.created_at, tag.updated_at
      from ready, jsonb_to_recordset(?::jsonb) as tag (
        id uuid, name text, name_norm text, color text, version integer, created_at timestamptz, updated_at timestamptz
      ) order by tag.name_norm returning id`,
    values: [userId, JSON.stringify(tags)],
  }));
}

function inserted({ userId, inserted: tasks }: TaskChanges): Part {
  return {
    name: 'inserted',
    sql: `insert into tasks (user_id, ${COLUMNS.join(', ')}, search)
      select ?::uuid, ${COLUMNS.map((column) => `task.${column}`).join(', ')}, array_to_tsvector(task.lexemes)
      from ready, jsonb_to_recordset(?::jsonb) as task (${RECORD}) order by task.id returning id`,
    values: [userId, records(tasks)],
  };
}

/** Every column that can change, whichever do: one text for all updates. */
function updated({ userId, updated: tasks }: TaskChanges, onlyIf: string): Part {
  const columns = Object.keys(MUTABLE).map((column) => `${column} = task.${column}`);
  return {
    name: 'updated',
    sql: `update tasks set ${columns.join(', ')},
        search = case when task.lexemes is null then tasks.search else array_to_tsvector(task.lexemes) end
      from jsonb_to_recordset(?::jsonb) as task (${RECORD})${onlyIf}
      where tasks.user_id = ? and tasks.id = any(?::uuid[])
        and tasks.id = task.id and tasks.version = task.from_version
      returning tasks.id`,
    values: [records(tasks), userId, tasks.map(({ row }) => row.id)],
  };
}

/** Tags go with them, by their foreign key. */
function purged({ userId, purged: tasks }: TaskChanges): Part[] {
  return some(tasks, () => ({
    name: 'purged',
    sql: 'delete from tasks using ready where tasks.user_id = ? and tasks.id = any(?::uuid[]) returning tasks.id',
    values: [userId, idsOf(tasks)],
  }));
}

function taggings({ userId, tagged }: TaskChanges): Part[] {
  return some(tagged, () => {
    const taskIds = tagged.map(({ taskId }) => taskId);
    const links = JSON.stringify(
      tagged.flatMap(({ taskId, tagIds }) => tagIds.map((tagId) => ({ task_id: taskId, tag_id: tagId }))),
    );
    const wanted = 'jsonb_to_recordset(?::jsonb) as wanted (task_id uuid, tag_id uuid)';
    return [
      {
        name: 'untagged',
        sql: `delete from task_tags using ready
          where task_tags.user_id = ? and task_tags.task_id = any(?::uuid[]) and not exists (
            select from ${wanted} where wanted.task_id = task_tags.task_id and wanted.tag_id = task_tags.tag_id
          ) returning task_tags.tag_id`,
        values: [userId, taskIds, links],
      },
      {
        name: 'tagged',
        sql: `insert into task_tags (user_id, task_id, tag_id)
          select ?::uuid, wanted.task_id, wanted.tag_id from ready, ${wanted}
          on conflict do nothing returning tag_id`,
        values: [userId, links],
      },
    ];
  });
}

/** Beside the records that hold them: by a list of ids the planner finds rows in an index, whatever it thinks of the records. */
function idsOf(rows: readonly { readonly id: string }[]): string[] {
  return rows.map(({ id }) => id);
}

/** In the order of ids, in which they are locked and inserted. */
function records(tasks: readonly WrittenTask[]): string {
  const byId = tasks.toSorted((one, other) => (one.row.id < other.row.id ? -1 : 1));
  return JSON.stringify(byId.map(({ row, from, lexemes }) => ({ ...row, from_version: from, lexemes })));
}

/** The parts that these are reason for, or none. */
function some<Reason, P extends Part>(
  reasons: readonly Reason[],
  part: (reasons: readonly Reason[]) => P | P[],
): P[] {
  return reasons.length === 0 ? [] : ([part(reasons)].flat() as P[]);
}
