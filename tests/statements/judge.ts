import {
  type DeleteStmt,
  type InsertStmt,
  loadModule,
  type Node,
  parseSync,
  type RangeVar,
  type SelectStmt,
  type UpdateStmt,
  type WithClause,
} from 'libpg-query';
import type { TablePlace } from '../../src/db/distribution/layout.ts';
import type { Catalogue } from './catalogue.ts';
import { isBoundUser, type Scope, scopeOf, unboundOf } from './scope.ts';
import { columnOf, functionsIn, hasGroupingSets, isGiven, namesIn, queriesIn } from './tree.ts';

/** What is wrong with a statement, were the database spread over machines. */
export interface Fault {
  /** `unscoped`: it asks every machine, which is slow. `refused`: Citus can't do it. */
  readonly kind: 'unscoped' | 'refused';
  readonly table: string;
  readonly message: string;
}

await loadModule();

/**
 * Whether the statement keeps to given users: each table of users that it names, wherever, has its own `user_id = $n` or is
 * joined by the user to one that has, and each row that it inserts is given its user. And whether it has what Citus
 * refuses. What is not understood is a fault.
 */
export function judge(sql: string, catalogue: Catalogue): Fault[] {
  return (parseSync(sql).stmts ?? []).flatMap(({ stmt }) =>
    stmt === undefined ? [] : new Judgement(catalogue).of(stmt),
  );
}

/** Names of results that a query may name like tables. */
type Results = ReadonlySet<string>;

class Judgement {
  readonly #faults: Fault[] = [];
  readonly #tables = new Map<string, TablePlace>();
  readonly #seen = new Set<RangeVar>();
  readonly #catalogue: Catalogue;

  constructor(catalogue: Catalogue) {
    this.#catalogue = catalogue;
  }

  of(statement: Node): Fault[] {
    this.#query(statement, undefined, new Set());
    for (const name of namesIn(statement)) {
      const place = this.#placeOf(name);
      if (place.placement === 'local' || this.#seen.has(name)) continue;
      this.#report('refused', place, 'is named where it is not known what that does');
    }
    const places = [...this.#tables.values()];
    const groups = new Set(places.map(({ table, placement }) => (placement === 'user' ? placement : table)));
    const [first] = places.filter(({ placement }) => placement !== 'local');
    if (first !== undefined && groups.size > 1) {
      this.#report('refused', first, `is asked together with tables elsewhere: ${[...groups].join(', ')}`);
    }
    return this.#faults;
  }

  #report(kind: Fault['kind'], { table }: TablePlace, what: string): void {
    this.#faults.push({ kind, table, message: `${table} ${what}` });
  }

  #placeOf({ schemaname, relname = '' }: RangeVar): TablePlace {
    const known = schemaname === undefined || schemaname === 'public' ? this.#catalogue.tables : [];
    const local = { table: relname, placement: 'local', column: null } as const;
    return known.find(({ table }) => table === relname) ?? local;
  }

  /** Undefined for the name of a result. */
  #find(name: RangeVar, results: Results): TablePlace | undefined {
    this.#seen.add(name);
    if (name.schemaname === undefined && results.has(name.relname ?? '')) return undefined;
    const place = this.#placeOf(name);
    this.#tables.set(place.table, place);
    return place;
  }

  #query(node: Node, parent: Scope | undefined, results: Results): Scope | undefined {
    if ('SelectStmt' in node) return this.#select(node.SelectStmt, parent, results);
    if ('InsertStmt' in node) this.#insert(node.InsertStmt, parent, results);
    if ('UpdateStmt' in node) this.#update(node.UpdateStmt, parent, results);
    if ('DeleteStmt' in node) this.#delete(node.DeleteStmt, parent, results);
    return undefined;
  }

  #with(clause: WithClause | undefined, parent: Scope | undefined, results: Results): Results {
    const known = new Set(results);
    for (const node of clause?.ctes ?? []) {
      if (!('CommonTableExpr' in node)) continue;
      const { ctename = '', ctequery } = node.CommonTableExpr;
      if (clause?.recursive === true) known.add(ctename);
      const before = this.#faults.length;
      if (ctequery !== undefined) this.#query(ctequery, parent, known);
      const unscoped = this.#faults.slice(before).find(({ kind }) => kind === 'unscoped');
      if (clause?.recursive === true && unscoped !== undefined) {
        this.#faults.push({ ...unscoped, kind: 'refused', message: 'a recursive query of several users' });
      }
      known.add(ctename);
    }
    return known;
  }

  /** @returns what its expressions can name; undefined for a union */
  #select(select: SelectStmt, parent: Scope | undefined, outer: Results): Scope | undefined {
    const { withClause, larg, rarg, fromClause = [], whereClause, ...rest } = select;
    const results = this.#with(withClause, parent, outer);
    if (larg !== undefined && rarg !== undefined) {
      this.#select(larg, parent, results);
      this.#select(rarg, parent, results);
      return undefined;
    }
    const before = this.#faults.length;
    const scope = scopeOf(parent, [], fromClause, whereClause, (name) => this.#find(name, results));
    this.#needUsers(scope);
    this.#inner(scope, results, fromClause, whereClause, rest);
    const unscoped = this.#faults.slice(before).filter(({ kind }) => kind === 'unscoped');
    const [table] = unboundOf(scope);
    if (table !== undefined && select.lockingClause !== undefined) {
      this.#report('refused', table, 'has rows of several users locked');
    }
    if (hasGroupingSets(select)) {
      for (const fault of unscoped)
        this.#faults.push({ ...fault, kind: 'refused', message: 'grouping sets over several users' });
    }
    return scope;
  }

  #insert(insert: InsertStmt, parent: Scope | undefined, outer: Results): void {
    const { relation = {}, cols = [], selectStmt, onConflictClause, withClause, returningClause } = insert;
    const results = this.#with(withClause, parent, outer);
    const place = this.#find(relation, new Set());
    const source = selectStmt && 'SelectStmt' in selectStmt ? selectStmt.SelectStmt : undefined;
    const scope = source && this.#select(source, parent, results);
    this.#inner(parent, results, onConflictClause, returningClause);
    if (place === undefined || place.column === null) return;
    const index = cols.findIndex((column) => 'ResTarget' in column && column.ResTarget.name === place.column);
    if (index < 0 || source === undefined || !givesUser(source, index, scope)) {
      this.#report('unscoped', place, `gets rows whose ${place.column} is not given`);
    }
    if (onConflictClause?.action !== 'ONCONFLICT_UPDATE') return;
    const { targetList = [], whereClause, infer } = onConflictClause;
    this.#changes(place, targetList);
    const keys = (infer?.indexElems ?? []).map((key) =>
      'IndexElem' in key ? key.IndexElem.name : undefined,
    );
    if (!keys.includes(place.column)) {
      this.#report('refused', place, `meets conflicts of a key without ${place.column}`);
    }
    this.#calls(place, 'ON CONFLICT DO UPDATE', 'i', targetList, whereClause);
    if (queriesIn(targetList, whereClause).length > 0) {
      this.#report('refused', place, 'has a query in ON CONFLICT DO UPDATE');
    }
  }

  #update(update: UpdateStmt, parent: Scope | undefined, outer: Results): void {
    const {
      relation = {},
      targetList = [],
      fromClause = [],
      whereClause,
      withClause,
      returningClause,
    } = update;
    const results = this.#with(withClause, parent, outer);
    const place = this.#changed(
      relation,
      fromClause,
      whereClause,
      parent,
      results,
      targetList,
      returningClause,
    );
    this.#changes(place, targetList);
    this.#calls(place, 'UPDATE', 'is', targetList, fromClause, whereClause, returningClause);
  }

  #delete(deletion: DeleteStmt, parent: Scope | undefined, outer: Results): void {
    const { relation = {}, usingClause = [], whereClause, withClause, returningClause } = deletion;
    const results = this.#with(withClause, parent, outer);
    const place = this.#changed(relation, usingClause, whereClause, parent, results, returningClause);
    this.#calls(place, 'DELETE', 'is', usingClause, whereClause, returningClause);
  }

  /** What UPDATE and DELETE have in common. @returns where the table lies */
  #changed(
    relation: RangeVar,
    from: readonly Node[],
    where: Node | undefined,
    parent: Scope | undefined,
    results: Results,
    ...expressions: readonly unknown[]
  ): TablePlace {
    const scope = scopeOf(parent, [relation], from, where, (name) =>
      this.#find(name, name === relation ? new Set() : results),
    );
    this.#needUsers(scope);
    this.#inner(scope, results, from, where, ...expressions);
    return this.#placeOf(relation);
  }

  #needUsers(scope: Scope): void {
    for (const place of unboundOf(scope)) {
      this.#report('unscoped', place, `is asked for without ${place.column} = $n of its own`);
    }
  }

  /** The queries in the expressions of another one. */
  #inner(scope: Scope | undefined, results: Results, ...expressions: readonly unknown[]): void {
    for (const query of queriesIn(...expressions)) this.#query(query, scope, results);
  }

  #changes({ table, placement, column }: TablePlace, targets: readonly Node[]): void {
    const moves = targets.some((target) => 'ResTarget' in target && target.ResTarget.name === column);
    if (moves) this.#report('refused', { table, placement, column }, `has its ${column} changed`);
  }

  /** @param allowed volatilities, as in `pg_proc.provolatile` */
  #calls(place: TablePlace, where: string, allowed: string, ...expressions: readonly unknown[]): void {
    if (place.placement === 'local') return;
    for (const name of functionsIn(...expressions)) {
      const volatility = this.#catalogue.volatilities[name] ?? 'v';
      if (!allowed.includes(volatility)) this.#report('refused', place, `has ${name}() called in ${where}`);
    }
  }
}

/** Whether every row of the source gets its user, in that column, from the statement or from a row of a given user. */
function givesUser({ valuesLists, targetList = [] }: SelectStmt, index: number, scope?: Scope): boolean {
  if (valuesLists !== undefined) {
    return valuesLists.every((row) => 'List' in row && isGiven(row.List.items?.[index]));
  }
  const target = targetList[index];
  const value = target !== undefined && 'ResTarget' in target ? target.ResTarget.val : undefined;
  const column = columnOf(value);
  return isGiven(value) || (column !== undefined && scope !== undefined && isBoundUser(scope, column));
}
