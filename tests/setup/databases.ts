import pg from 'pg';

/** The same server, another database. */
export function databaseUrl(url: string, name: string): string {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.href;
}

/** Does the work on a connection of its own. */
export async function withClient<T>(
  url: string,
  work: (client: pg.Client) => Promise<T>,
  options?: string,
): Promise<T> {
  const client = new pg.Client({ connectionString: url, options });
  await client.connect();
  return work(client).finally(() => client.end());
}

/** Statements that may take as long as they need, whatever limit the role has. */
export async function administer(url: string, ...statements: readonly string[]): Promise<void> {
  const work = async (client: pg.Client): Promise<void> => {
    for (const statement of statements) await client.query(statement);
  };
  await withClient(url, work, '-c statement_timeout=0');
}
