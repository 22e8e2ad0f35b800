import type { Operation } from './contract.ts';

/** A resource of the client: methods, and resources below it. */
export interface Resource {
  /** Dotted path from the client, as in `me.sessions`; empty for the client itself. */
  readonly path: string;
  readonly methods: Map<string, Operation>;
  readonly children: Map<string, Resource>;
}

/**
 * Puts each operation where it is named to be.
 *
 * @throws Error naming operations without a name, names without an operation, and names that are given twice
 */
export function buildTree(
  operations: readonly Operation[],
  names: Readonly<Record<string, string>>,
): Resource {
  const known = new Set(operations.map(({ id }) => id));
  const surplus = Object.keys(names).filter((id) => !known.has(id));
  const missing = [...known].filter((id) => !(id in names));
  if (missing.length > 0) throw new Error(`Name these operations in methods.ts: ${missing.join(', ')}`);
  if (surplus.length > 0)
    throw new Error(`methods.ts names what is not in the contract: ${surplus.join(', ')}`);
  const root: Resource = { path: '', methods: new Map(), children: new Map() };
  for (const operation of operations) {
    const path = (names[operation.id] ?? '').split('.');
    const method = path.pop() ?? '';
    const resource = path.reduce(descend, root);
    if (resource.methods.has(method)) throw new Error(`methods.ts gives ${names[operation.id]} twice`);
    resource.methods.set(method, operation);
  }
  return root;
}

function descend(parent: Resource, name: string): Resource {
  const path = parent.path === '' ? name : `${parent.path}.${name}`;
  const child = parent.children.get(name) ?? { path, methods: new Map(), children: new Map() };
  parent.children.set(name, child);
  return child;
}

/** All resources below this one, parents first. */
export function descendants(resource: Resource): Resource[] {
  return [...resource.children.values()].flatMap((child) => [child, ...descendants(child)]);
}

/** Name of the class of a resource, as in `MeSessionsResource`. */
export function className({ path }: Resource): string {
  return `${path.split('.').map(capitalise).join('')}Resource`;
}

export const capitalise = (word: string): string => `${word.charAt(0).toUpperCase()}${word.slice(1)}`;
