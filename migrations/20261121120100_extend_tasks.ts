import type { Knex } from 'knex';

const COLUMNS = [
  'project_id uuid',
  'parent_id uuid',
  'due_date date',
  'due_time text',
  'due_timezone text',
  'due_at timestamptz',
  'position text collate "C"',
  'search tsvector',
];

/** Gives tasks a project, a parent, a due date, tags, a place in the manual order, and makes their words findable. */
export async function up(knex: Knex): Promise<void> {
  // Lets a GIN index begin with the user; ships with PostgreSQL, and the owner of a database may create it.
  await knex.raw('create extension if not exists btree_gin');
  for (const column of COLUMNS) await knex.raw(`alter table tasks add column ${column}`);
  // The form of a fractional index whose integer part has nine digits; the application's have ten and come after.
  await knex.raw(`
    update tasks set
      position = 'i' || lpad(numbered.place::text, 9, '0'),
      search = to_tsvector('simple', title || ' ' || coalesce(description, ''))
    from (
      select user_id, id, row_number() over (partition by user_id order by created_at, id) as place from tasks
    ) numbered
    where tasks.user_id = numbered.user_id and tasks.id = numbered.id
  `);
  await knex.raw('alter table tasks alter column position set not null');
  await knex.raw('alter table tasks alter column search set not null');
  await knex.raw(`
    alter table tasks add constraint tasks_project_fkey
      foreign key (user_id, project_id) references projects (user_id, id)
  `);
  await knex.raw(`
    alter table tasks add constraint tasks_parent_fkey foreign key (user_id, parent_id) references tasks (user_id, id)
  `);
  await knex.raw(`
    alter table tasks add constraint tasks_due_check check (
      (due_date is null) = (due_at is null)
      and (due_time is null or due_date is not null)
      and (due_timezone is null or due_time is not null)
    )
  `);
  await knex.raw(`
    create index tasks_project_idx on tasks (user_id, project_id, status)
      where project_id is not null and deleted_at is null
  `);
  await knex.raw('create index tasks_parent_idx on tasks (user_id, parent_id) where parent_id is not null');
  await knex.raw(`
    create index tasks_due_idx on tasks (user_id, due_at, id) where due_at is not null and deleted_at is null
  `);
  await knex.raw('create index tasks_updated_idx on tasks (user_id, updated_at, id)');
  await knex.raw('create index tasks_position_idx on tasks (user_id, position, id) where deleted_at is null');
  await knex.raw('create index tasks_trash_idx on tasks (deleted_at) where deleted_at is not null');
  // Without the list of pending entries, which every search would have to go through.
  await knex.raw(
    'create index tasks_search_idx on tasks using gin (user_id, search) with (fastupdate = off)',
  );
  await knex.raw(`
    create table task_tags (
      user_id uuid not null,
      task_id uuid not null,
      tag_id uuid not null,
      constraint task_tags_pkey primary key (user_id, task_id, tag_id),
      constraint task_tags_user_fkey foreign key (user_id) references users (id) on delete cascade,
      constraint task_tags_task_fkey foreign key (user_id, task_id) references tasks (user_id, id) on delete cascade,
      constraint task_tags_tag_fkey foreign key (user_id, tag_id) references tags (user_id, id) on delete cascade
    )
  `);
  await knex.raw('create index task_tags_tag_idx on task_tags (user_id, tag_id, task_id)');
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table task_tags');
  await knex.raw('drop index tasks_updated_idx, tasks_trash_idx');
  // Takes the other indexes and the constraints with it.
  for (const column of COLUMNS)
    await knex.raw(`alter table tasks drop column ${column.split(' ')[0]} cascade`);
  await knex.raw('drop extension btree_gin');
}
