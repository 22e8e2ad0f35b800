import { type Contract, METHODS, type Operation } from './document.ts';
import type { Reading } from './reading.ts';

/** One rule of the house. A rule without a change that breaks it proves nothing, so each has at least one. */
export interface Rule {
  /** Goes on after "the contract". */
  readonly says: string;
  /** @returns everything that is wrong, each with its place, so that one run shows the whole of it */
  check(reading: Reading): string[];
  /** Changes that break the rule, by what it says of them: the words are part of a complaint. */
  readonly breaks: Readonly<Record<string, Change>>;
}

export type Change = (copy: Contract) => void;

// biome-ignore lint/suspicious/noExplicitAny: a place anywhere in the document
type Anything = any;

/**
 * A change of one place; without a value it is taken away.
 *
 * @param place keys separated by `/` (in a key it is `~1`), from an operationId or from the root of the document
 * @throws Error (the change does) when the place is not there, because then nothing would be broken
 */
export function change(place: string, value?: unknown): Change {
  return (copy) => {
    const keys = place.split('/').map((key) => key.replaceAll('~1', '/'));
    const last = keys.pop() ?? '';
    const operation = operationsOf(copy)[keys[0] ?? ''];
    let node: Anything = operation ?? copy;
    for (const key of operation === undefined ? keys : keys.slice(1)) node = node?.[key];
    if (typeof node !== 'object' || node === null) throw new Error(`There is no ${place} to change`);
    if (value === undefined && !(last in node)) throw new Error(`There is no ${place} to take away`);
    if (value !== undefined) node[last] = value;
    else if (Array.isArray(node)) node.splice(Number(last), 1);
    else delete node[last];
  };
}

function operationsOf({ paths }: Contract): Record<string, Operation> {
  const all = Object.values(paths).flatMap((item) =>
    METHODS.filter((method) => method in item).map((method) => item[method] as Operation),
  );
  return Object.fromEntries(all.map((operation) => [operation.operationId, operation]));
}
