import type pg from 'pg';
import type { SentStatement } from './statements.ts';

/** A part of how PostgreSQL does a statement, as far as tests look at it. */
export interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly 'Index Cond'?: string;
  readonly Plans?: readonly PlanNode[];
}

/** The part and all that it is made of. */
export function* nodesOf(node: PlanNode): Iterable<PlanNode> {
  yield node;
  for (const child of node.Plans ?? []) yield* nodesOf(child);
}

/** How the statement is done for its values; and, when it is prepared, for any. */
export async function plansOf(
  client: pg.Client,
  { sql, bindings, name }: SentStatement,
): Promise<PlanNode[]> {
  const explain = async (options: string, values: unknown[]): Promise<PlanNode> => {
    const { rows } = await client.query(`explain (format json${options}) ${sql}`, values);
    return rows[0]['QUERY PLAN'][0].Plan;
  };
  const own = await explain('', [...bindings]);
  return name === undefined ? [own] : [own, await explain(', generic_plan', [])];
}
