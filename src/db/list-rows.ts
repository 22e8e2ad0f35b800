import type { Knex } from 'knex';
import type { Keyset } from './keyset.ts';
import type { Database } from './knex.ts';
import { lastChangeColumn } from './last-change.ts';

export interface ListSource {
  /** A new query for what belongs to the list: table and WHERE. */
  readonly matching: () => Knex.QueryBuilder;
  readonly columns: readonly (string | Knex.Raw)[];
  readonly order: Keyset;
}

/** The rows of one user's list, by page and by cursor, each with the number of the user's last change. */
export function listRows<Row extends { readonly id: string }>(
  database: Database,
  userId: string,
  { matching, columns, order }: ListSource,
) {
  const seq = () => lastChangeColumn(database, userId);
  const sorted = (query: Knex.QueryBuilder, size: number): Knex.QueryBuilder =>
    query
      .select(...columns, ...order.columns.map((column) => database.raw(column)), seq())
      .orderByRaw(order.order)
      .limit(size);
  return {
    count: async (): Promise<{ total: number; seq: string }> =>
      matching().first(database.raw('count(*)::int as total'), seq()),

    from: async (offset: number, size: number): Promise<(Row & { seq: string })[]> =>
      sorted(matching(), size).offset(offset),

    after: async (position: readonly string[], size: number): Promise<(Row & { seq: string })[]> => {
      const { sql, values } = order.after(position);
      return sorted(matching().whereRaw(`(${sql})`, values as string[]), size);
    },

    positionOf: (row: Row & { seq: string }): string[] => order.positionOf(row),
  };
}
