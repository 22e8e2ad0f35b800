import type { Knex } from 'knex';
import type { Database } from '../db/knex.ts';
import { escapeLike } from '../db/like.ts';
import type { UserRow } from '../db/tables.ts';

export interface UserFilter {
  /** Text that the address or the name contains, whatever the case. */
  readonly search: string | undefined;
  readonly role: string | undefined;
  readonly disabled: boolean | undefined;
}

export interface UserOrder {
  readonly column: 'created_at' | 'email' | 'name';
  readonly direction: 'asc' | 'desc';
}

/** Columns that an admin can change. */
export type AccountChanges = Partial<Pick<UserRow, 'name' | 'role' | 'timezone' | 'disabled_at'>>;

/** Accounts as admins see them: all of them, and nothing that belongs to them. */
export function adminRepository(database: Database) {
  const matching = ({ search, role, disabled }: UserFilter): Knex.QueryBuilder<UserRow> => {
    const query = database<UserRow>('users');
    if (search !== undefined) {
      const pattern = `%${escapeLike(search)}%`;
      query.where((either) => either.whereILike('email', pattern).orWhereILike('name', pattern));
    }
    if (role !== undefined) query.where({ role });
    if (disabled !== undefined) query[disabled ? 'whereNotNull' : 'whereNull']('disabled_at');
    return query;
  };

  return {
    find: async (id: string): Promise<UserRow | undefined> =>
      database<UserRow>('users').where({ id }).first(),

    /** Locks the account until the end of the transaction; what belongs to it can be written meanwhile. */
    lock: async (trx: Knex.Transaction, id: string): Promise<UserRow | undefined> =>
      trx<UserRow>('users').where({ id }).forNoKeyUpdate().first(),

    count: async (filter: UserFilter): Promise<number> => {
      const row: { total: number } = await matching(filter).first(database.raw('count(*)::int as total'));
      return row.total;
    },

    /** @param offset how many accounts to pass over; the cost grows with it */
    list: async (
      filter: UserFilter,
      orders: readonly UserOrder[],
      offset: number,
      size: number,
    ): Promise<UserRow[]> => {
      const query = matching(filter);
      for (const { column, direction } of orders) {
        // Whatever the collation of the database says of capitals.
        const key = column === 'created_at' ? database.ref(column) : database.raw('lower(??)', [column]);
        query.orderBy(key as unknown as string, direction);
      }
      // Accounts that are alike in all of that still have one order, and it too turns round.
      return query.orderBy('id', orders.at(-1)?.direction).offset(offset).limit(size);
    },

    /** Stores the changes as the next version. */
    update: async (
      trx: Knex.Transaction,
      { id, version }: UserRow,
      changes: AccountChanges,
      at: string,
    ): Promise<UserRow> => {
      const [row] = await trx<UserRow>('users')
        .where({ id })
        .update({ ...changes, updated_at: at, version: version + 1 })
        .returning('*');
      if (row === undefined) throw new Error('The account was not locked');
      return row;
    },
  };
}

export type AdminRepository = ReturnType<typeof adminRepository>;
