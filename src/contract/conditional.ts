/**
 * Conditional requests (RFC 9110 section 13). The entity tag of a resource is its version in quotes, for example `"3"`.
 * Where an answer can differ though nobody has changed the resource, what tells the answers apart follows: `"3-overdue"`.
 */

/** What comes after the version, such as a count; digits and small letters. */
export type Distinction = string | number;

/** The strong entity tag of a version. */
export function entityTag(version: string | number, ...distinctions: readonly Distinction[]): string {
  return `"${[version, ...distinctions].join('-')}"`;
}

/** Whether a write may go on, given the version that is there. */
export type Precondition = (version: number) => boolean;

/**
 * `If-Match`: strong comparison of the versions; a weak tag never matches. What else a tag holds is of no matter: a
 * write is lost by another write alone. Absent means that any version will do.
 */
export function ifMatch(header: string | undefined): Precondition {
  if (header === undefined || header === '*') return () => true;
  const versions = splitTags(header).map((tag) => /^"([0-9]+)(?:-[0-9a-z]+)*"$/.exec(tag)?.[1]);
  return (version) => versions.includes(String(version));
}

/** `If-None-Match`: weak comparison of whole tags. True when the client has the current answer already. */
export function isUnchanged(header: string | undefined, current: string): boolean {
  if (header === undefined) return false;
  if (header === '*') return true;
  return splitTags(header).some((tag) => tag.replace(/^W\//, '') === current);
}

/** The entity tags of a header, weak ones with their mark. */
export function splitTags(header: string): string[] {
  // A comma may stand inside a tag, so do not split on it.
  return header.match(/(?:W\/)?"[^"]*"/g) ?? [];
}
