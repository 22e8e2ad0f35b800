import type { Knex } from 'knex';

/**
 * Words are found by their user and themselves in one, `<user>:<word>`. By the user of one column and the word of another
 * a search for a beginning went through everybody's words, which made it slower with each user.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw('drop index tasks_search_idx');
  await rewrite(knex, `user_id || ':' || word`);
  await index(knex, 'tasks_words_idx');
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop index tasks_words_idx');
  await rewrite(knex, `substr(word, length(user_id || ':') + 1)`);
  await index(knex, 'tasks_search_idx');
}

async function rewrite(knex: Knex, lexeme: string): Promise<void> {
  await knex.raw(`
    update tasks set search = array_to_tsvector(array(
      select ${lexeme} from unnest(tsvector_to_array(search)) as word
    ))
  `);
}

/** Without the list of pending entries, which every search would have to go through. */
async function index(knex: Knex, name: string): Promise<void> {
  // The user stays its first column: whatever is asked of an account is then answered by one index.
  await knex.raw(`create index ${name} on tasks using gin (user_id, search) with (fastupdate = off)`);
}
