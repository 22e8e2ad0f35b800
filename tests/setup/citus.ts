import { distribute } from '../../src/db/distribution/distribute.ts';
import { openForMigrations } from '../../src/db/knex.ts';
import { migrateUp } from '../../src/db/migrations.ts';
import { databaseUrl, withClient } from './databases.ts';

/** Databases of the tests are small, and each table of each becomes as many. */
const SHARDS = 4;

interface Node {
  readonly nodename: string;
  readonly nodeport: number;
  /** Zero for the coordinator. */
  readonly groupid: number;
}

/**
 * A database on every machine of a Citus cluster, joined like the one that the URL leads to, migrated and distributed. The
 * machines have to be reachable from here by the names that they know each other by, with the same user and password.
 */
export async function createCitusDatabase(adminUrl: string, name: string): Promise<void> {
  const { coordinator, workers } = await nodesOf(adminUrl);
  const urls = [adminUrl, ...workers.map((node) => urlOf(adminUrl, node))];
  for (const url of urls) {
    await run(url, `create database ${name}`);
    await run(databaseUrl(url, name), 'create extension citus');
  }
  const url = databaseUrl(adminUrl, name);
  if (coordinator !== undefined && workers.length > 0) {
    await run(url, 'select citus_set_coordinator_host($1, $2)', coordinator.nodename, coordinator.nodeport);
  }
  for (const { nodename, nodeport } of workers) {
    await run(url, 'select citus_add_node($1, $2)', nodename, nodeport);
  }
  await run(url, `alter database ${name} set citus.shard_count = ${SHARDS}`);
  const database = openForMigrations({ url, prepare: true });
  try {
    await migrateUp(database);
    await distribute(database, () => {});
  } finally {
    await database.destroy();
  }
}

export async function dropCitusDatabase(adminUrl: string, name: string): Promise<void> {
  const { workers } = await nodesOf(adminUrl);
  for (const url of [adminUrl, ...workers.map((node) => urlOf(adminUrl, node))]) {
    await run(url, `drop database if exists ${name} with (force)`);
  }
}

async function nodesOf(url: string): Promise<{ coordinator: Node | undefined; workers: Node[] }> {
  const nodes = await run<Node>(
    url,
    `select nodename, nodeport, groupid from pg_dist_node where noderole = 'primary' order by groupid`,
  );
  return {
    coordinator: nodes.find(({ groupid }) => groupid === 0),
    workers: nodes.filter(({ groupid }) => groupid !== 0),
  };
}

function urlOf(adminUrl: string, { nodename, nodeport }: Node): string {
  const url = new URL(adminUrl);
  url.hostname = nodename;
  url.port = String(nodeport);
  return url.href;
}

async function run<Row extends object>(
  url: string,
  sql: string,
  ...values: readonly unknown[]
): Promise<Row[]> {
  return withClient(url, async (client) => (await client.query<Row>(sql, [...values])).rows);
}
