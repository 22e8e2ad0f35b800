import { type Contract, type Node, operationsOf } from './document.ts';

/** A way to be let in: scopes by scheme. An empty one lets everybody in. */
type Requirement = { readonly [scheme: string]: readonly string[] };

/** Operations that let in fewer callers than before, each with what it wants now. */
export function tightenedSecurity(before: Contract, after: Contract): { name: string; wanted: string }[] {
  const then = new Map(
    operationsOf(before).map(({ name, operation }) => [name, waysIn(before, operation.security)]),
  );
  return operationsOf(after).flatMap(({ name, operation }) => {
    const now = waysIn(after, operation.security);
    const shutOut = (then.get(name) ?? []).some((old) => !now.some((way) => isEnough(old, way)));
    return shutOut ? [{ name, wanted: describe(now) }] : [];
  });
}

function waysIn(contract: Contract, own: Node | undefined): readonly Requirement[] {
  const ways = (own ?? contract.security ?? []) as unknown as readonly Requirement[];
  return ways.length === 0 ? [{}] : ways;
}

/** Whether who meets one requirement meets the other too. */
function isEnough(given: Requirement, wanted: Requirement): boolean {
  return Object.entries(wanted).every(([scheme, scopes]) => {
    const granted = given[scheme];
    return granted !== undefined && scopes.every((scope) => granted.includes(scope));
  });
}

function describe(ways: readonly Requirement[]): string {
  return ways
    .map((way) =>
      Object.entries(way)
        .map(([scheme, scopes]) => [scheme, ...scopes].join(' '))
        .join(' and '),
    )
    .join(' or ');
}
