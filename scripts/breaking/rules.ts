import { type Direction, isObject, type Node } from './document.ts';
import type { Place } from './place.ts';

/** `breaking` breaks a client that kept to the contract; `notable` may surprise one; `harmless` can't. */
export type Verdict = 'breaking' | 'notable' | 'harmless';

/** One difference between two contracts. */
export interface Change {
  readonly action: 'add' | 'remove' | 'replace' | 'rename';
  readonly before: Node | undefined;
  readonly after: Node | undefined;
}

type Rule = (change: Change, direction: Direction) => Verdict;

const breakingIf = (condition: boolean): Verdict => (condition ? 'breaking' : 'harmless');
const always =
  (verdict: Verdict): Rule =>
  () =>
    verdict;

/** Something that a client may use: nothing is lost when there is more of it. */
const offered: Rule = ({ action }) => breakingIf(action !== 'add');

/** A limit that may be `tighter` or looser: requests must stay welcome, answers must stay expected. */
const limit =
  (tighter: (before: number, after: number) => boolean): Rule =>
  ({ action, before, after }, direction) => {
    const isTighter = action === 'add' || (action === 'replace' && tighter(Number(before), Number(after)));
    if (direction === 'request') return breakingIf(isTighter);
    return isTighter ? 'harmless' : 'notable';
  };
const upperLimit = limit((before, after) => after < before);
const lowerLimit = limit((before, after) => after > before);
/** A limit that can't be compared: any other one may refuse what was good. */
const form = limit(() => true);

/** What a client sends and what it gets are each other's mirror image. */
const mirrored =
  (inRequest: Change['action'], inResponse: Change['action']): Rule =>
  ({ action }, direction) =>
    breakingIf(action === 'replace' || action === (direction === 'request' ? inRequest : inResponse));

const members = (type: Node | undefined): Set<string> => {
  const types = String(type ?? 'any').split('|');
  return new Set(types.flatMap((name) => (name === 'number' ? ['number', 'integer'] : [name])));
};

/** A request may be taken in more types than before, an answer may come in fewer. */
const type: Rule = ({ before, after }, direction) => {
  const [old, now] = [members(before), members(after)];
  const [narrow, wide] = direction === 'request' ? [old, now] : [now, old];
  return breakingIf(!wide.has('any') && [...narrow].some((name) => !wide.has(name)));
};

/** One value more in an answer is no break: clients are told to expect values that they don't know. */
const enumeration: Rule = ({ action }, direction) => {
  if (direction === 'request') return breakingIf(action !== 'add');
  return action === 'remove' ? 'harmless' : 'notable';
};

const isRequired: Rule = ({ after }) => breakingIf(isObject(after) && after.required === true);
const required: Rule = ({ after }, direction) => breakingIf((after === true) === (direction === 'request'));

const loosened: Rule = ({ after }) => breakingIf(after !== true);

/**
 * By what has changed: a kind of thing, or a field of it. A change that is not here counts as breaking, so that somebody
 * looks at it.
 */
const RULES: Readonly<Record<string, Rule>> = {
  path: offered,
  operation: offered,
  // The name of the method in every client that is generated.
  'operation.operationId': always('breaking'),
  parameter: (change, direction) => (change.action === 'add' ? isRequired(change, direction) : 'breaking'),
  'parameter.required': required,
  'parameter.allowReserved': loosened,
  'parameter.allowEmptyValue': loosened,
  requestBody: (change, direction) => (change.action === 'add' ? isRequired(change, direction) : 'breaking'),
  'requestBody.required': required,
  mediaType: offered,
  response: ({ action }) => (action === 'add' ? 'notable' : 'breaking'),
  header: offered,
  'header.required': required,

  // Unknown fields of a request are refused, so taking one away hurts in both directions.
  property: offered,
  variant: mirrored('remove', 'add'),
  'schema.type': type,
  'schema.required': mirrored('add', 'remove'),
  'schema.enum': enumeration,
  'schema.maximum': upperLimit,
  'schema.exclusiveMaximum': upperLimit,
  'schema.maxLength': upperLimit,
  'schema.maxItems': upperLimit,
  'schema.maxProperties': upperLimit,
  'schema.minimum': lowerLimit,
  'schema.exclusiveMinimum': lowerLimit,
  'schema.minLength': lowerLimit,
  'schema.minItems': lowerLimit,
  'schema.minProperties': lowerLimit,
  'schema.pattern': form,
  'schema.multipleOf': form,
  'schema.uniqueItems': form,
  'schema.format': ({ action }, direction) =>
    breakingIf(action !== (direction === 'request' ? 'remove' : 'add')),
  // Fields without a name: open unless said otherwise. Clients overlook what they don't know in an answer.
  additional: ({ after }, direction) =>
    breakingIf(direction === 'request' && after !== undefined && after !== true),
  // The status of a problem code; its words are for people.
  'schema.x-problems': ({ action, before }) => breakingIf(action !== 'add' && typeof before === 'number'),
  'schema.default': (_change, direction) => breakingIf(direction === 'request'),

  // What `components` holds counts where it is used.
  component: always('harmless'),
  namedParameter: always('harmless'),
  namedResponse: always('harmless'),
  namedHeader: always('harmless'),
  namedBody: always('harmless'),
  // Compared as a whole, operation by operation (`security.ts`).
  'operation.security': always('harmless'),
  'document.security': always('harmless'),
};

export function judge({ kind, field }: Place, change: Change, direction: Direction): Verdict {
  const rule = RULES[field === undefined ? kind : `${kind}.${field}`];
  return rule === undefined ? 'breaking' : rule(change, direction);
}
