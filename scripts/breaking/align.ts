import { type Contract, isObject, type Node, resolve } from './document.ts';

/**
 * Makes two contracts comparable where they refer differently: a part that one of them has in place and the other refers
 * to is put in place in both. References that are left are the same in both, and what they lead to is compared once,
 * where it is written.
 */
export function align(before: Contract, after: Contract): [Contract, Contract] {
  const pairs = new Set<string>();

  const alignNodes = (old: Node, now: Node): [Node, Node] => {
    if (Array.isArray(old) && Array.isArray(now)) return alignItems(old, now);
    if (!isObject(old) || !isObject(now)) return [old, now];
    const [from, to] = [old.$ref, now.$ref];
    if (from === to) return typeof from === 'string' ? [old, now] : alignFields(old, now);
    const pair = `${from} ${to}`;
    // Two schemas that contain themselves would go on for ever.
    if (pairs.has(pair)) return [old, now];
    pairs.add(pair);
    const aligned = alignNodes(inPlace(before, old), inPlace(after, now));
    pairs.delete(pair);
    return aligned;
  };

  const alignFields = (old: Fields, now: Fields): [Node, Node] => {
    const aligned = Object.keys(old)
      .filter((key) => key in now)
      .map((key) => [key, alignNodes(old[key] as Node, now[key] as Node)] as const);
    const side = (index: 0 | 1) => Object.fromEntries(aligned.map(([key, both]) => [key, both[index]]));
    return [
      { ...old, ...side(0) },
      { ...now, ...side(1) },
    ];
  };

  /** Parameters belong together by name, wherever they stand; anything else by its place. */
  const alignItems = (old: readonly Node[], now: readonly Node[]): [Node, Node] => {
    const identities = now.map((item, index) => identify(after, item, index));
    const [one, other] = [[...old], [...now]];
    for (const [index, item] of old.entries()) {
      const twin = identities.indexOf(identify(before, item, index));
      const match = other[twin];
      if (match !== undefined) [one[index], other[twin]] = alignNodes(item, match);
    }
    return [one, other];
  };

  return alignNodes(before, after) as [Contract, Contract];
}

type Fields = { readonly [key: string]: Node };

function identify(contract: Contract, item: Node, index: number): string {
  const { in: place, name } = isObject(item) ? (inPlace(contract, item) as Fields) : {};
  return typeof name === 'string' ? `${place} ${name}` : `${index}`;
}

function inPlace(contract: Contract, node: Fields): Node {
  return typeof node.$ref === 'string' ? (resolve(contract, node.$ref) ?? node) : node;
}
