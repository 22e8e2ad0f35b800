/**
 * Conditional requests (RFC 9110 section 13). The entity tag of a resource is its version in quotes.
 */

/** The strong entity tag of a version. */
export function entityTag(version: number): string {
  return `"${version}"`;
}

/** Whether a write may go on, given the version that is there. */
export type Precondition = (version: number) => boolean;

/** `If-Match`: strong comparison; a weak tag never matches. Absent means that any version will do. */
export function ifMatch(header: string | undefined): Precondition {
  if (header === undefined || header === '*') return () => true;
  const tags = splitTags(header);
  return (version) => tags.includes(entityTag(version));
}

/** `If-None-Match`: weak comparison. True when the client has the current version already. */
export function isUnchanged(header: string | undefined, version: number): boolean {
  if (header === undefined) return false;
  if (header === '*') return true;
  return splitTags(header).some((tag) => tag.replace(/^W\//, '') === entityTag(version));
}

function splitTags(header: string): string[] {
  // A comma may stand inside a tag, so do not split on it.
  return header.match(/(?:W\/)?"[^"]*"/g) ?? [];
}
