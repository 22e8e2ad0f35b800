import type { TestApp } from './test-app.ts';

/** A statement as it is sent, with the values of its parameters. */
export interface SentStatement {
  readonly sql: string;
  readonly bindings: readonly unknown[];
  /** Of one that is prepared. */
  readonly name: string | undefined;
}

/** As knex tells of it. */
interface QueryEvent extends Pick<SentStatement, 'sql' | 'bindings'> {
  readonly options?: { readonly name?: string };
}

/** Every statement that the server sends to the database while the work is done. */
export async function sentBy(
  { database }: Pick<TestApp, 'database'>,
  work: () => Promise<unknown>,
): Promise<SentStatement[]> {
  const statements: SentStatement[] = [];
  const note = ({ sql, bindings, options }: QueryEvent): void =>
    void statements.push({ sql, bindings, name: options?.name });
  database.on('query', note);
  try {
    await work();
  } finally {
    database.off('query', note);
  }
  return statements;
}

/** The text of each of them. */
export async function statementsOf(
  app: Pick<TestApp, 'database'>,
  work: () => Promise<unknown>,
): Promise<string[]> {
  return (await sentBy(app, work)).map(({ sql }) => sql);
}
