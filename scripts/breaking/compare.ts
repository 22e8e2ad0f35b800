import { apiCompare } from 'api-smart-diff';
import { align } from './align.ts';
import {
  type Contract,
  type Direction,
  findUsage,
  isObject,
  type Node,
  resolve,
  type Usage,
} from './document.ts';
import { placeOf } from './place.ts';
import { type Change, judge, type Verdict } from './rules.ts';
import { tightenedSecurity } from './security.ts';

/** A change that a client may notice. */
export interface Finding {
  /** What has changed and where; the allow-list names findings by it. */
  readonly change: string;
  readonly verdict: Exclude<Verdict, 'harmless'>;
}

interface Difference extends Change {
  readonly path: readonly string[];
}

/** Everything by which the second contract differs from the first that is not harmless, in the order of the contract. */
export function compareContracts(before: Contract, after: Contract): Finding[] {
  const usages = [findUsage(before), findUsage(after)];
  const findings = differences([before, after]).flatMap((difference) => {
    const verdicts = directionsOf(difference.path, usages).map((direction) => ({
      direction,
      verdict: judge(placeOf(difference.path), difference, direction),
    }));
    const worst = (['breaking', 'notable'] as const).find((one) =>
      verdicts.some(({ verdict }) => verdict === one),
    );
    if (worst === undefined) return [];
    const where = verdicts.filter(({ verdict }) => verdict === worst).map(({ direction }) => direction);
    return [{ change: describe(difference, where, [before, after]), verdict: worst }];
  });
  const security = tightenedSecurity(before, after).map(({ name, wanted }) => ({
    change: `${name} security: wants ${wanted}`,
    verdict: 'breaking' as const,
  }));
  return [...new Map([...findings, ...security].map((finding) => [finding.change, finding])).values()];
}

function differences(contracts: readonly [Contract, Contract]): Difference[] {
  const aligned = align(...contracts);
  // The library writes into what it compares.
  return apiCompare(...structuredClone(aligned))
    .diffs.map(({ action, path, before: old, after: now }) => ({
      action: action as Change['action'],
      path: path.map(String),
      before: old as Node | undefined,
      after: now as Node | undefined,
    }))
    .filter(({ path }) => aligned.some((contract) => isWritten(path, contract)));
}

/** The library reports a change of a part again at each place that refers to it; once is enough, where it is written. */
function isWritten(path: readonly string[], contract: Contract): boolean {
  let node: Node | undefined = contract;
  for (const key of path) {
    if (isObject(node) && typeof node.$ref === 'string') return false;
    node = Array.isArray(node) ? node[Number(key)] : isObject(node) ? node[key] : undefined;
  }
  return true;
}

const DIRECTIONS: readonly Direction[] = ['request', 'response'];

/** Which way the changed part travels; nowhere when no operation uses it. */
function directionsOf([top, ...path]: readonly string[], usages: readonly Usage[]): Direction[] {
  if (top === 'components') {
    const part = path.slice(0, 2).join('/');
    return DIRECTIONS.filter((direction) => usages.some((usage) => usage.get(part)?.has(direction)));
  }
  return [top === 'paths' && path[2] === 'responses' ? 'response' : 'request'];
}

function describe(
  { action, path, before, after }: Difference,
  directions: readonly Direction[],
  contracts: readonly Contract[],
): string {
  const [top, first, second = '', ...rest] = path;
  const isOperation = top === 'paths' && second !== '';
  const name = (segments: readonly string[]): string => segments.join('/').replace(NUMBERED, '$1$2');
  const place = isOperation ? [`${second.toUpperCase()} ${first}`, name(rest)] : [name(path)];
  const where =
    top === 'components' ? [`in ${directions.map((direction) => `${direction}s`).join(' and ')}`] : [];
  const what = {
    add: ['added', show(after, contracts)],
    remove: ['removed', show(before, contracts)],
    replace: [show(before, contracts), 'became', show(after, contracts)],
    rename: [show(before, contracts), 'became', show(after, contracts)],
  }[action];
  const words = (parts: readonly string[]): string => parts.filter((part) => part !== '').join(' ');
  return `${words([...place, ...where])}: ${words(what)}`;
}

/** The end of a path in a list whose order says nothing. */
const NUMBERED = /(^|\/)(parameters|required|enum)\/\d+$/;

const LONGEST_VALUE = 80;

/** A value in a few words: a thing by its name, if it has one. */
function show(value: Node | undefined, contracts: readonly Contract[]): string {
  if (isObject(value)) {
    const target =
      typeof value.$ref === 'string' ? contracts.map((one) => resolve(one, String(value.$ref))) : [value];
    const named = target.find((node) => isObject(node) && typeof node.name === 'string');
    return isObject(named) ? JSON.stringify(named.name) : '';
  }
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}…` : text;
}
