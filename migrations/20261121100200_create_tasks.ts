import type { Knex } from 'knex';

/** Tasks. A deleted one keeps its row; the index of lists leaves it out. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table tasks (
      user_id uuid not null,
      id uuid not null,
      title text not null,
      description text,
      status text not null,
      priority text not null,
      version integer not null,
      created_at timestamptz not null,
      updated_at timestamptz not null,
      completed_at timestamptz,
      deleted_at timestamptz,
      constraint tasks_pkey primary key (user_id, id),
      constraint tasks_user_fkey foreign key (user_id) references users (id) on delete cascade,
      constraint tasks_title_check check (char_length(title) between 1 and 200),
      constraint tasks_description_check check (char_length(description) <= 2000),
      constraint tasks_status_check check (status in ('pending', 'in_progress', 'completed', 'cancelled')),
      constraint tasks_priority_check check (priority in ('none', 'low', 'medium', 'high', 'urgent')),
      constraint tasks_completed_check check ((status = 'completed') = (completed_at is not null))
    )
  `);
  await knex.raw(`
    create index tasks_newest_idx on tasks (user_id, created_at desc, id desc) where deleted_at is null
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table tasks');
}
