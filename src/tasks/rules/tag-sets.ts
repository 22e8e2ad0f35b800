import { tagNameKey } from '../../tags/tag-names.ts';

/** What is said of a tag more than once counts once: each tag's first name, by the form in which names are compared. */
export function namesByKey(names: readonly string[]): Map<string, string> {
  const named = new Map<string, string>();
  for (const name of names) {
    const key = tagNameKey(name);
    if (!named.has(key)) named.set(key, name);
  }
  return named;
}

/** Whether both name the same tags. */
export function areSameTags(some: readonly string[], others: readonly string[]): boolean {
  const [one, other] = [namesByKey(some), namesByKey(others)];
  return one.size === other.size && [...one.keys()].every((key) => other.has(key));
}

/** In the order in which the database gives the tags of a task: by the bytes of their keys. */
export function byKey(one: string, other: string): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}
