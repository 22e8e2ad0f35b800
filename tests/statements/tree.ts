import type { Node, RangeVar, SelectStmt } from 'libpg-query';

/** Any part of a syntax tree: nodes, which have one key that tells what they are, and what hangs in between. */
type Part = object;

const QUERIES = ['SelectStmt', 'InsertStmt', 'UpdateStmt', 'DeleteStmt', 'MergeStmt'];

/** Every part below, itself included. @param enter false for parts whose inside is left out */
export function* partsOf(
  part: unknown,
  enter: (name: string, part: Part) => boolean = () => true,
): Iterable<readonly [string, Part]> {
  if (typeof part !== 'object' || part === null) return;
  for (const [name, value] of Object.entries(part)) {
    if (typeof value !== 'object' || value === null) continue;
    yield [name, value];
    if (enter(name, value)) yield* partsOf(value, enter);
  }
}

/** The queries that an expression asks, not those that they ask in turn. */
export function queriesIn(...expressions: readonly unknown[]): Node[] {
  return expressions.flatMap((expression) =>
    [...partsOf({ expression }, (name) => !QUERIES.includes(name))]
      .filter(([name]) => QUERIES.includes(name))
      .map(([name, part]) => ({ [name]: part }) as Node),
  );
}

/** Names of the functions that an expression calls, those of the queries in it included. */
export function functionsIn(...expressions: readonly unknown[]): string[] {
  const names: string[] = [];
  for (const [name, part] of partsOf(expressions)) {
    if (name === 'SQLValueFunction') names.push('now');
    if (name === 'FuncCall') names.push(lastName((part as { funcname?: Node[] }).funcname ?? []));
  }
  return names;
}

/** Every table, view or result that is named below, apart from what tells which of them are locked. */
export function namesIn(part: unknown): RangeVar[] {
  return [...partsOf({ part }, (name) => name !== 'lockedRels')]
    .filter(([name]) => name === 'RangeVar' || name === 'relation')
    .map(([, value]) => value as RangeVar);
}

/** Of a name with a schema, the last part. */
export function lastName(names: readonly Node[]): string {
  const last = names.at(-1);
  return last !== undefined && 'String' in last ? (last.String.sval ?? '') : '';
}

/** The column that an expression is, with its table if that is named. */
export interface Column {
  readonly relation: string | undefined;
  readonly name: string;
}

export function columnOf(node: Node | undefined): Column | undefined {
  if (node === undefined || !('ColumnRef' in node)) return undefined;
  const { fields = [] } = node.ColumnRef;
  const name = lastName(fields);
  return name === '' ? undefined : { relation: lastName(fields.slice(0, -1)) || undefined, name };
}

/** Whether it is a value that comes with the statement, or a list of such values. */
export function isGiven(node: Node | undefined): boolean {
  if (node === undefined) return false;
  if ('TypeCast' in node) return isGiven(node.TypeCast.arg);
  if ('List' in node) return (node.List.items ?? []).every(isGiven);
  if ('A_ArrayExpr' in node) return (node.A_ArrayExpr.elements ?? []).every(isGiven);
  return 'ParamRef' in node;
}

/** An equation of a column with another one, or with a value that comes with the statement. */
export interface Equation {
  readonly column: Column;
  readonly with: Column | 'given';
}

/** What has to be equal for the condition to hold. */
export function equationsOf(condition: Node | undefined): Equation[] {
  if (condition === undefined) return [];
  if ('BoolExpr' in condition) {
    const { boolop, args = [] } = condition.BoolExpr;
    return boolop === 'AND_EXPR' ? args.flatMap(equationsOf) : [];
  }
  if (!('A_Expr' in condition)) return [];
  const { kind, name = [], lexpr, rexpr } = condition.A_Expr;
  if (lastName(name) !== '=') return [];
  if (kind === 'AEXPR_OP') return equal(lexpr, rexpr);
  if (kind === 'AEXPR_OP_ANY' || kind === 'AEXPR_IN') {
    const column = columnOf(lexpr);
    return column !== undefined && isGiven(rexpr) ? [{ column, with: 'given' }] : [];
  }
  return [];
}

function equal(left: Node | undefined, right: Node | undefined): Equation[] {
  if (left !== undefined && right !== undefined && 'RowExpr' in left && 'RowExpr' in right) {
    const others = right.RowExpr.args ?? [];
    return (left.RowExpr.args ?? []).flatMap((part, index) => equal(part, others[index]));
  }
  const [one, other] = [columnOf(left), columnOf(right)];
  if (one !== undefined && other !== undefined) {
    return [
      { column: one, with: other },
      { column: other, with: one },
    ];
  }
  if (one !== undefined && isGiven(right)) return [{ column: one, with: 'given' }];
  if (other !== undefined && isGiven(left)) return [{ column: other, with: 'given' }];
  return [];
}

/** Whether the query groups in several ways at once. */
export function hasGroupingSets({ groupClause = [] }: SelectStmt): boolean {
  return groupClause.some((group) => 'GroupingSet' in group);
}
