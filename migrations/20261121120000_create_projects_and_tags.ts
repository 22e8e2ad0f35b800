import type { Knex } from 'knex';

/** What tasks belong to, and the words that they can be found by. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table projects (
      user_id uuid not null,
      id uuid not null,
      name text not null,
      description text,
      color text,
      archived boolean not null,
      position text collate "C" not null,
      version integer not null,
      created_at timestamptz not null,
      updated_at timestamptz not null,
      deleted_at timestamptz,
      constraint projects_pkey primary key (user_id, id),
      constraint projects_user_fkey foreign key (user_id) references users (id) on delete cascade,
      constraint projects_name_check check (char_length(name) between 1 and 100),
      constraint projects_description_check check (char_length(description) <= 2000)
    )
  `);
  await knex.raw('create index projects_position_idx on projects (user_id, position, id)');
  await knex.raw('create index projects_trash_idx on projects (deleted_at) where deleted_at is not null');
  await knex.raw(`
    create table tags (
      user_id uuid not null,
      id uuid not null,
      name text not null,
      name_norm text collate "C" not null,
      color text,
      version integer not null,
      created_at timestamptz not null,
      updated_at timestamptz not null,
      constraint tags_pkey primary key (user_id, id),
      constraint tags_name_key unique (user_id, name_norm),
      constraint tags_user_fkey foreign key (user_id) references users (id) on delete cascade,
      constraint tags_name_check check (char_length(name) between 1 and 50)
    )
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table tags');
  await knex.raw('drop table projects');
}
