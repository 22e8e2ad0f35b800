import type { Knex } from 'knex';
import { type Database, prepared } from './knex.ts';

/** A statement, or a part of one, with a `?` for each of its values. */
export interface StatementText {
  readonly sql: string;
  readonly values: readonly unknown[];
}

export function text(sql: string, ...values: unknown[]): StatementText {
  return { sql, values };
}

/** One after the other. */
export function joined(parts: readonly StatementText[]): StatementText {
  return { sql: parts.map(({ sql }) => sql).join(' '), values: parts.flatMap(({ values }) => values) };
}

/**
 * The rows of a statement that is there as text. To make one of parts takes knex three times as long as to send it, which is
 * why those that are sent most are written like this.
 *
 * @param name as for `prepared`; without one it is not prepared
 */
export async function rowsOf<Row>(
  database: Database,
  name: string | undefined,
  { sql, values }: StatementText,
): Promise<Row[]> {
  const query = database.raw(sql, values as Knex.RawBinding[]);
  const { rows } = await (name === undefined ? query : prepared(database, name, query));
  return rows;
}
