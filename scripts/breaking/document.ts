import { parse } from 'yaml';

/** Any part of a contract. */
export type Node = null | boolean | number | string | readonly Node[] | { readonly [key: string]: Node };
export type Contract = { readonly [key: string]: Node };

type Fields = { readonly [key: string]: Node };

export const isObject = (node: Node | undefined): node is Fields =>
  typeof node === 'object' && node !== null && !Array.isArray(node);

/** @throws Error when the text is not a contract */
export function parseContract(text: string, name: string): Contract {
  const contract: Node = parse(text);
  if (!isObject(contract) || !isObject(contract.paths))
    throw new Error(`${name} is not an OpenAPI document.`);
  return normalise(shareParameters(contract), contract, []) as Contract;
}

/** Gives each operation the parameters of its path, as they are its own. */
function shareParameters(contract: Contract): Contract {
  const paths = Object.entries(contract.paths as Fields).map(([path, item]) => {
    const { parameters = [], ...operations } = item as { parameters?: readonly Node[] } & Fields;
    const shared = Object.entries(operations).map(([method, operation]) => {
      if (!isObject(operation)) return [method, operation];
      const own = (operation.parameters ?? []) as readonly Node[];
      return [method, { ...operation, parameters: [...parameters, ...own] }];
    });
    return [path, Object.fromEntries(shared)];
  });
  return { ...contract, paths: Object.fromEntries(paths) };
}

/** Follows a reference inside the contract (JSON Pointer, RFC 6901). */
export function resolve(contract: Contract, reference: string): Node | undefined {
  const keys = reference.slice('#/'.length).split('/');
  return keys.reduce<Node | undefined>(
    (node, key) => (isObject(node) ? node[key.replaceAll('~1', '/').replaceAll('~0', '~')] : undefined),
    contract,
  );
}

/** Fields that are for people, and those that hold nothing else. Problem codes are an extension that clients rely on. */
const TEXT = /^(description|summary|title|examples?|tags|externalDocs|deprecated|info|x-(?!problems$).*)$/;
/** Fields whose own fields are names that somebody chose. */
const NAMES = /^(properties|headers|schemas|parameters|responses|requestBodies|content|paths)$/;
/** Fields that hold data. */
const DATA = /^(default|enum|const)$/;

/**
 * Leaves out what is for people, and brings into one form what the comparison would take for different: a list of types,
 * which becomes one word, and a reference with keywords beside it, which becomes what it refers to, with those keywords.
 */
function normalise(node: Node, contract: Contract, expanding: readonly string[], areNames = false): Node {
  if (Array.isArray(node)) return node.map((item) => normalise(item, contract, expanding));
  if (!isObject(node)) return node;
  const fields = Object.entries(node).filter(([key]) => areNames || !TEXT.test(key));
  const { $ref, ...siblings } = Object.fromEntries(fields);
  if (typeof $ref === 'string' && !areNames) {
    const target = resolve(contract, $ref);
    // A schema that contains itself stays a reference where it does.
    if (Object.keys(siblings).length === 0 || !isObject(target) || expanding.includes($ref)) return { $ref };
    return normalise({ ...target, ...siblings }, contract, [...expanding, $ref]);
  }
  const copy = fields.map(([key, value]) => {
    if (!areNames && DATA.test(key)) return [key, value];
    if (!areNames && key === 'type' && Array.isArray(value)) return [key, [...value].sort().join('|')];
    return [key, normalise(value, contract, expanding, !areNames && NAMES.test(key))];
  });
  return Object.fromEntries(copy);
}

/** Every operation, named like `GET /api/v1/tasks`. */
export function operationsOf(contract: Contract): { readonly name: string; readonly operation: Fields }[] {
  return Object.entries(contract.paths as Fields).flatMap(([path, item]) =>
    Object.entries(item as Fields).flatMap(([method, operation]) =>
      isObject(operation) ? [{ name: `${method.toUpperCase()} ${path}`, operation }] : [],
    ),
  );
}

export type Direction = 'request' | 'response';

/** Which way the parts of `components` travel, by `kind/name`; a part that no operation uses is not listed. */
export type Usage = ReadonlyMap<string, ReadonlySet<Direction>>;

export function findUsage(contract: Contract): Usage {
  const usage = new Map<string, Set<Direction>>();
  const visit = (node: Node | undefined, direction: Direction): void => {
    if (Array.isArray(node)) for (const item of node) visit(item, direction);
    if (!isObject(node)) return;
    if (typeof node.$ref === 'string') {
      const name = node.$ref.replace('#/components/', '');
      const known = usage.get(name) ?? new Set();
      if (known.has(direction)) return;
      usage.set(name, known.add(direction));
      visit(resolve(contract, node.$ref), direction);
    }
    for (const child of Object.values(node)) visit(child, direction);
  };
  for (const { operation } of operationsOf(contract)) {
    visit(operation.parameters, 'request');
    visit(operation.requestBody, 'request');
    visit(operation.responses, 'response');
  }
  return usage;
}
