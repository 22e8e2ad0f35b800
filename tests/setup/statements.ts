import type { TestApp } from './test-app.ts';

/** The text of every statement that the server sends to the database while the work is done. */
export async function statementsOf(
  { database }: Pick<TestApp, 'database'>,
  work: () => Promise<unknown>,
): Promise<string[]> {
  const statements: string[] = [];
  const note = ({ sql }: { readonly sql: string }): void => void statements.push(sql);
  database.on('query', note);
  try {
    await work();
  } finally {
    database.off('query', note);
  }
  return statements;
}
