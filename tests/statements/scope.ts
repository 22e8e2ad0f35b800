import type { Node, RangeVar } from 'libpg-query';
import type { TablePlace } from '../../src/db/distribution/layout.ts';
import { type Column, type Equation, equationsOf } from './tree.ts';

/** What a part of a query can name. */
export interface Scope {
  readonly parent: Scope | undefined;
  /** By the name that it has in the query. Undefined for what is no table: results of queries and functions. */
  readonly relations: ReadonlyMap<string, TablePlace | undefined>;
  /** Names of the tables of which only rows of given users are asked for. */
  readonly bound: ReadonlySet<string>;
}

/** Finds out where the table lies; undefined for the name of a result (`with`). */
export type FindPlace = (name: RangeVar) => TablePlace | undefined;

/** An equation that holds for the rows of these relations only; for all of them when there is no such list. */
interface Condition extends Equation {
  readonly binds?: ReadonlySet<string>;
}

/**
 * The scope of a query.
 *
 * @param tables those that are named apart from FROM: what a statement changes
 * @param from items of FROM or USING
 */
export function scopeOf(
  parent: Scope | undefined,
  tables: readonly RangeVar[],
  from: readonly Node[],
  where: Node | undefined,
  findPlace: FindPlace,
): Scope {
  const relations = new Map<string, TablePlace | undefined>();
  const conditions: Condition[] = equationsOf(where);
  const add = (table: RangeVar): string[] => {
    const name = table.alias?.aliasname ?? table.relname ?? '';
    relations.set(name, findPlace(table));
    return [name];
  };
  const enter = (item: Node): string[] => {
    if ('RangeVar' in item) return add(item.RangeVar);
    if ('JoinExpr' in item) {
      const { jointype, larg, rarg, quals } = item.JoinExpr;
      const [left, right] = [larg ? enter(larg) : [], rarg ? enter(rarg) : []];
      const both = [...left, ...right];
      // Rows of the other side come whether or not the condition holds.
      const held = { JOIN_INNER: both, JOIN_LEFT: right, JOIN_RIGHT: left }[jointype as string] ?? [];
      conditions.push(...equationsOf(quals).map((equation) => ({ ...equation, binds: new Set(held) })));
      return both;
    }
    const [inner] = Object.values(item) as { readonly alias?: { readonly aliasname?: string } }[];
    const name = inner?.alias?.aliasname;
    if (name === undefined) return [];
    relations.set(name, undefined);
    return [name];
  };
  for (const table of tables) add(table);
  for (const item of from) enter(item);
  return { parent, relations, bound: boundBy(conditions, { parent, relations, bound: new Set() }) };
}

/** Goes on until nothing follows any more: of two tables joined by the user, one given binds the other. */
function boundBy(conditions: readonly Condition[], scope: Scope): ReadonlySet<string> {
  const bound = new Set<string>();
  const current = { ...scope, bound };
  for (let before = -1; before !== bound.size; ) {
    before = bound.size;
    for (const { column, with: other, binds } of conditions) {
      const name = ownName(scope, column);
      if (name === undefined || binds?.has(name) === false) continue;
      if (other === 'given' || isBoundUser(current, other)) bound.add(name);
    }
  }
  return bound;
}

/** The table of this scope whose rows lie where the column says. */
function ownName({ relations }: Scope, { relation, name }: Column): string | undefined {
  if (relation !== undefined) return relations.get(relation)?.column === name ? relation : undefined;
  return [...relations].find(([, place]) => place?.column === name)?.[0];
}

/** Whether the column is the user of a table of which only given users' rows are asked for, here or further out. */
export function isBoundUser(scope: Scope, column: Column): boolean {
  const name = ownName(scope, column);
  if (name !== undefined) return scope.bound.has(name) && scope.relations.get(name)?.placement === 'user';
  const hidden = column.relation !== undefined && scope.relations.has(column.relation);
  return !hidden && scope.parent !== undefined && isBoundUser(scope.parent, column);
}

/** The tables of the scope that are spread, and of which rows of any user are asked for. */
export function unboundOf({ relations, bound }: Scope): TablePlace[] {
  return [...relations]
    .filter(([name, place]) => place !== undefined && place.placement !== 'local' && !bound.has(name))
    .map(([, place]) => place as TablePlace);
}
