import type { EntityTag } from './options.ts';

/** Which ETag an object came with. Not all resources carry their version, and an ETag need not be made of it. */
const tags = new WeakMap<object, string>();

/** Notes the ETag that came with what was read. */
export function rememberTag(resource: unknown, tag: string | null): void {
  if (typeof resource === 'object' && resource !== null && tag !== null) tags.set(resource, tag);
}

/**
 * The entity tag to send for whatever the caller has: the tag itself, a version, or a resource.
 *
 * @throws TypeError when the object neither came from this client with an ETag nor has a version
 */
export function toEntityTag(value: EntityTag | object): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return `"${value}"`;
  const tag = tags.get(value);
  if (tag !== undefined) return tag;
  if ('version' in value && typeof value.version === 'number') return `"${value.version}"`;
  throw new TypeError(
    'There is no ETag for this object: pass what a call of this client answered, or the ETag.',
  );
}
