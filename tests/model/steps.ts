/** What users may do, at random. Things are named by a number, which counts through those that were ever made. */
import fc from 'fast-check';
import type { ListQuery } from './lists.ts';

const WORDS = ['alpha', 'Beta', 'gamma', 'delta', 'alphabet'];
const TAGS = ['red', 'Red', 'blue', 'home', 'HOME'];
const STATUSES = ['pending', 'in_progress', 'completed', 'cancelled'] as const;
const PRIORITIES = ['none', 'low', 'medium', 'high', 'urgent'] as const;

/** Small, so that most numbers name something that is there. */
const number = fc.nat({ max: 5 });
const reference = fc.option(number, { nil: null, freq: 2 });
const words = fc
  .array(fc.constantFrom(...WORDS), { minLength: 1, maxLength: 3 })
  .map((some) => some.join(' '));
const status = fc.constantFrom(...STATUSES);
const priority = fc.constantFrom(...PRIORITIES);
/** Days that are far away, before and after, so that none begins to be overdue meanwhile. */
const due = fc.oneof(
  fc.constant(null),
  fc
    .record({
      date: fc.constantFrom('2001-02-03', '2024-02-29', '2090-12-31'),
      time: fc.constantFrom(null, '09:30', '23:59'),
      timezone: fc.constantFrom(null, 'Asia/Tokyo'),
    })
    .map((one) => (one.time === null ? { ...one, timezone: null } : one)),
);
const tags = fc.uniqueArray(fc.constantFrom(...TAGS), { maxLength: 3 });

/** Where a task is. Mostly one of the two, since hardly any project is that of a parent. */
const place = fc.oneof(
  { weight: 4, arbitrary: fc.constant({}) },
  { weight: 3, arbitrary: fc.record({ project: reference }) },
  { weight: 3, arbitrary: fc.record({ parent: reference }) },
  { weight: 1, arbitrary: fc.record({ project: reference, parent: reference }) },
);
const fields = { description: fc.option(words, { nil: null }), status, priority, due, tags };
const placed = <T extends object>(own: fc.Arbitrary<T>) =>
  fc.tuple(own, place).map(([one, where]): T & Place => ({ ...one, ...where }));
const newTask = placed(fc.record({ title: words, ...fields }, { requiredKeys: ['title'] }));
const patch = placed(fc.record({ title: words, ...fields }, { requiredKeys: [] }));

interface Place {
  readonly project?: number | null;
  readonly parent?: number | null;
}

/** One filter or two, since hardly any task passes more. */
const filters = fc
  .uniqueArray(
    fc.oneof(
      fc.record({ status: fc.uniqueArray(status, { minLength: 1, maxLength: 3 }) }),
      fc.record({ priority: fc.uniqueArray(priority, { minLength: 1, maxLength: 3 }) }),
      fc.record({ project: reference }),
      fc.record({ parent: reference }),
      fc.record({
        tag: fc.uniqueArray(fc.constantFrom(...TAGS), { minLength: 1, maxLength: 2 }),
        tag_match: fc.constantFrom('any' as const, 'all' as const),
      }),
      fc.record({ due: fc.constantFrom('none' as const, 'overdue' as const) }),
      fc.constant({ due_from: '2010-01-01T00:00:00.000Z' }),
      fc.constant({ due_to: '2050-01-01T00:00:00.000Z' }),
      fc.record({ q: fc.oneof(words, fc.constantFrom('al', 'gam', 'beta alp', 'nothing')) }),
      fc.record({ deleted: fc.constantFrom('exclude' as const, 'only' as const, 'include' as const) }),
    ),
    { maxLength: 2, selector: (filter) => Object.keys(filter)[0] },
  )
  .map((some): Filters => Object.assign({}, ...some));
const sort = fc.uniqueArray(
  fc
    .tuple(
      fc.constantFrom('created_at', 'updated_at', 'completed_at', 'due_at', 'priority', 'title', 'position'),
      fc.boolean(),
    )
    .map(([key, descending]) => (descending ? `-${key}` : key)),
  { minLength: 1, maxLength: 3, selector: (key) => key.replace('-', '') },
);
const list = fc
  .tuple(filters, fc.option(sort, { nil: undefined }))
  .map(([chosen, order]) => (order === undefined ? chosen : { ...chosen, sort: order }));

/** Query parameters of a list; project and parent by number. */
type Filters = Omit<ListQuery, 'project_id' | 'parent_id'> & Place;

const change = fc.oneof(
  { weight: 10, arbitrary: fc.record({ kind: fc.constant('create' as const), fields: newTask }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('update' as const), task: number, fields: patch }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('complete' as const), task: number }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('delete' as const), task: number }) },
);

export const step = fc.oneof(
  { weight: 10, arbitrary: change },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('replace' as const), task: number, fields: newTask }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('reopen' as const), task: number }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('move' as const),
      task: number,
      where: fc.constantFrom('after' as const, 'before' as const),
      anchor: reference,
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('restore' as const), task: number }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('purge' as const), task: number }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('createProject' as const), name: words }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('archiveProject' as const),
      project: number,
      archived: fc.boolean(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('deleteProject' as const),
      project: number,
      tasks: fc.constantFrom('keep' as const, 'delete' as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('restoreProject' as const), project: number }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('renameTag' as const),
      tag: fc.constantFrom(...TAGS),
      name: fc.constantFrom(...TAGS, 'Work'),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('deleteTag' as const), tag: fc.constantFrom(...TAGS) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('batch' as const),
      atomic: fc.boolean(),
      changes: fc.array(change, { minLength: 1, maxLength: 4 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('intrude' as const),
      task: number,
      how: fc.constantFrom('read', 'update', 'delete', 'complete', 'restore', 'history', 'adopt'),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('list' as const),
      query: list,
      size: fc.integer({ min: 1, max: 5 }),
    }),
  },
);

type Generated<T> = T extends fc.Arbitrary<infer Value> ? Value : never;
export type Step = Generated<typeof step>;
export type Change = Generated<typeof change>;
export type Fields = Generated<typeof patch>;

const plain = { description: null, status: 'pending', priority: 'none', due: null } as const;

/** What each user begins with, so that there is something to do things to. */
export const opening: readonly Step[] = [
  { kind: 'createProject', name: 'alpha' },
  { kind: 'createProject', name: 'Beta' },
  { kind: 'create', fields: { ...plain, title: 'alpha', project: 0, tags: ['red'] } },
  { kind: 'create', fields: { ...plain, title: 'Beta', parent: 0, tags: [] } },
  { kind: 'create', fields: { ...plain, title: 'gamma', project: 1, status: 'completed', tags: [] } },
];

/** Which of two users does it. */
export const turn = fc.record({ user: fc.nat({ max: 1 }), step });
