import type { ContractOperation } from '../../setup/contract.ts';

/**
 * What the contract is about, read from its paths alone. `/things/{thing_id}` is a thing; a POST to `/things` that answers
 * 201 makes one; `/things/{thing_id}/word` is something to do with one, or a collection of its own when there is a
 * `/things/{thing_id}/word/{word_id}`. A path without ids that can be read conditionally, and has no things in it,
 * is a thing of which each user has one.
 */
export interface Resource {
  /** Its path without version and parameters, for people. */
  readonly name: string;
  /** Where one of them is; of a singleton, where it is. */
  readonly item: string;
  /** Name of its id in the path; undefined for a singleton. */
  readonly parameter: string | undefined;
  /** What has to be there first, outermost first. */
  readonly parents: readonly Resource[];
  readonly create: ContractOperation | undefined;
  readonly list: ContractOperation | undefined;
  readonly read: ContractOperation | undefined;
  readonly update: ContractOperation | undefined;
  readonly replace: ContractOperation | undefined;
  readonly remove: ContractOperation | undefined;
  /** Takes it out of the trash. */
  readonly restore: ContractOperation | undefined;
  /** What else can be read of it. */
  readonly views: readonly ContractOperation[];
  /** What else can be done with it. */
  readonly actions: readonly ContractOperation[];
}

export interface Derivation {
  readonly resources: readonly Resource[];
  readonly singletons: readonly Resource[];
  /** Operations with an id in the path that no sequence covers, each with why. */
  readonly unexplained: readonly string[];
}

/** The only id that stands for whoever calls, where the contract has no operation on the thing itself. */
export const CALLER = 'user_id';

const withId = (path: string): boolean => path.includes('{');
/** The path up to its last id: the thing that an operation is about. */
const itemOf = (path: string): string => path.slice(0, path.lastIndexOf('}') + 1);
const collectionOf = (item: string): string => item.slice(0, item.lastIndexOf('/'));
const lastParameter = (item: string): string => item.slice(item.lastIndexOf('{') + 1, -1);
const nameOf = (path: string): string => path.replace(/^\/api\/v\d+\//, '').replaceAll(/\/\{\w+\}/g, '');

export function derive(operations: readonly ContractOperation[]): Derivation {
  const paths = [...new Set(operations.map(({ path }) => path))];
  const items = new Set(paths.filter((path) => /\/\{\w+\}$/.test(path)));
  const at = (path: string, method: string): ContractOperation | undefined =>
    operations.find((o) => o.path === path && o.method === method);
  const isCollection = (path: string): boolean => [...items].some((item) => collectionOf(item) === path);

  const build = (item: string): Resource => {
    const parameter = withId(item) ? lastParameter(item) : undefined;
    const collection = parameter === undefined ? '' : collectionOf(item);
    const create = at(collection, 'POST');
    const below = operations.filter(
      ({ path }) => parameter !== undefined && path !== item && itemOf(path) === item && !isCollection(path),
    );
    const restore = below.find(({ path, method }) => method === 'POST' && path === `${item}/restore`);
    return {
      name: nameOf(item),
      item,
      parameter,
      parents: ancestorsOf(item)
        .filter((ancestor) => items.has(ancestor))
        .map(build),
      create: create?.statuses.includes(201) ? create : undefined,
      list: at(collection, 'GET'),
      read: at(item, 'GET'),
      update: at(item, 'PATCH'),
      replace: at(item, 'PUT'),
      remove: at(item, 'DELETE'),
      restore,
      views: below.filter(({ method }) => method === 'GET'),
      actions: below.filter((operation) => operation.method !== 'GET' && operation !== restore),
    };
  };

  const resources = [...items].map(build);
  const singletons = paths
    .filter((path) => !withId(path) && !isCollection(path) && at(path, 'GET')?.statuses.includes(304))
    .map(build);
  const covered = new Set(resources.flatMap(operationsOf));
  const unexplained = operations
    .filter(({ path }) => withId(path))
    .flatMap((operation) => {
      const { operationId, path } = operation;
      const lost = ancestorsOf(`${itemOf(path)}/`).find(
        (ancestor) => !items.has(ancestor) && lastParameter(ancestor) !== CALLER,
      );
      if (lost !== undefined) return [`${operationId}: the contract has no operation on ${lost}`];
      if (!covered.has(operation)) return [`${operationId}: no sequence has a place for it`];
      const own = resources.find((resource) => operationsOf(resource).includes(operation));
      if (own?.create !== undefined || own?.list !== undefined) return [];
      return [`${operationId}: nothing creates or lists what ${path} names`];
    });
  return { resources, singletons, unexplained };
}

/** Everything above it that has an id, outermost first. */
function ancestorsOf(item: string): string[] {
  const ends = [...item.matchAll(/\}/g)].map(({ index }) => index + 1);
  return ends.filter((end) => end < item.length).map((end) => item.slice(0, end));
}

/** Every operation that a sequence covers for the resource, those of its collection included. */
export function operationsOf(resource: Resource): ContractOperation[] {
  const { create, list, read, update, replace, remove, restore, views, actions } = resource;
  return [create, list, read, ...views, update, replace, ...actions, remove, restore].filter(
    (operation) => operation !== undefined,
  );
}

/** Those of them whose path has an id. */
export function operationsWithId(resource: Resource): ContractOperation[] {
  return operationsOf(resource).filter(({ path }) => withId(path));
}

/** Those that write and can be made conditional. */
export function conditionalWrites({ update, replace, remove }: Resource): ContractOperation[] {
  return [update, replace, remove]
    .filter((operation) => operation !== undefined)
    .filter(({ statuses }) => statuses.includes(412));
}
