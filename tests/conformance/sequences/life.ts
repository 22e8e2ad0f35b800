import { expect } from 'vitest';
import type { ContractOperation } from '../../setup/contract.ts';
import type { Actor, Json, JsonAnswer } from './actor.ts';
import { conditionalWrites, operationsOf, type Resource } from './resources.ts';
import { bodiesFor, type Made, make, representation } from './things.ts';

/** One thing during its life, and what is known of it. */
export interface Life {
  readonly owner: Actor;
  readonly resource: Resource;
  readonly resources: readonly Resource[];
  /** What it is created from; undefined for the first that the contract shows. */
  readonly body: Json;
  thing: Made;
  /** As it was answered last. */
  now: Json;
  etag: string | undefined;
  /** An entity tag that it had before. */
  staleTag: string | undefined;
}

export interface Step {
  readonly does: string;
  run(life: Life): Promise<void>;
}

const isGood = ({ status }: JsonAnswer): boolean => status >= 200 && status < 300;
const succeeded = (operation: ContractOperation, answer: JsonAnswer): void =>
  expect(isGood(answer), `${operation.operationId}: ${answer.status} ${answer.text}`).toBe(true);

/** The steps that the resource's operations allow, in the order of a life; each builds on the ones before. */
export function stepsOf(resource: Resource): Step[] {
  const { parameter, create, list, read, update, replace, remove, restore, views, actions } = resource;
  const writes = conditionalWrites(resource);
  return [
    ...(parameter === undefined ? [] : [begin(create)]),
    ...(read ? [reads(read)] : []),
    ...(list ? [lists(list, true)] : []),
    ...views.map(does),
    ...(update ? [changes(update, read)] : []),
    ...(replace ? [changes(replace, read)] : []),
    ...(read?.statuses.includes(304) ? [asksConditionally(read)] : []),
    ...(read && (update ?? replace) ? writes.map((write) => refusesStale(write, read)) : []),
    ...actions.map(does),
    ...(read && actions.length > 0 ? [reads(read)] : []),
    // Who ends the only one of a kind can't go on.
    ...(remove && parameter !== undefined ? ends(resource, remove) : []),
    ...(remove && restore ? [does(restore), ...(read ? [reads(read)] : []), ...ends(resource, remove)] : []),
  ];
}

function ends(resource: Resource, remove: ContractOperation): Step[] {
  const { item, list, restore, views } = resource;
  const uses = operationsOf(resource).filter(({ path }) => path.startsWith(item));
  // What is in the trash is told of, so that somebody can decide whether to take it out.
  const stillThere = restore === undefined ? [] : [restore, ...views];
  return [
    does(remove),
    ...uses.filter((operation) => !stillThere.includes(operation)).map(isGone),
    ...views.filter((view) => stillThere.includes(view)).map(does),
    ...(list ? [lists(list, false)] : []),
  ];
}

function begin(create: ContractOperation | undefined): Step {
  return {
    does: create ? `${create.operationId} makes it` : 'a log-in makes it',
    run: async (life) => {
      const { owner, resource, resources } = life;
      life.thing = await make(owner, resource, resources, life.body);
      const { answer, ids } = life.thing;
      if (answer === undefined) return;
      life.now = representation(answer.json);
      life.etag = answer.headers.etag;
      if (answer.headers.location === undefined) return;
      const path = resource.item.replaceAll(/\{(\w+)\}/g, (_, name: string) => ids[name] ?? owner.user.id);
      expect(answer.headers.location).toBe(path);
    },
  };
}

function reads(read: ContractOperation): Step {
  return {
    does: `${read.operationId} answers it as it is`,
    run: async (life) => {
      const answer = await call(life, read);
      expect(answer.status).toBe(200);
      // What was answered by a write is what is read afterwards. Of an action's answer nothing is known.
      if (life.now !== undefined) expect(answer.json).toEqual(life.now);
      if (life.etag !== undefined) expect(answer.headers.etag).toBe(life.etag);
      life.now = answer.json;
      life.etag = answer.headers.etag;
    },
  };
}

function lists(list: ContractOperation, isThere: boolean): Step {
  return {
    does: isThere ? `${list.operationId} has it once` : `${list.operationId} has it no more`,
    run: async ({ owner, thing }) => {
      const ids: string[] = [];
      let cursor: string | null | undefined;
      do {
        const query = cursor ? `?cursor=${encodeURIComponent(cursor)}` : '';
        const { status, json } = await owner.call(list, { ids: thing.ids, query });
        expect(status).toBe(200);
        ids.push(...json.items.map(({ id }: Json) => id));
        cursor = json.next_cursor;
      } while (cursor);
      expect(ids.filter((id) => id === thing.id)).toHaveLength(isThere ? 1 : 0);
    },
  };
}

/** Something of which only the contract knows what comes of it. */
function does(operation: ContractOperation): Step {
  return {
    does: `${operation.operationId} succeeds`,
    run: async (life) => {
      const [body] = await bodies(life, operation);
      succeeded(operation, await call(life, operation, body));
      if (operation.method !== 'GET') Object.assign(life, { now: undefined, etag: undefined });
    },
  };
}

function changes(write: ContractOperation, read: ContractOperation | undefined): Step {
  return {
    does: `${write.operationId} changes it`,
    run: async (life) => {
      for (const body of await bodies(life, write)) {
        const [before, tag] = [life.now, life.etag];
        const answer = await call(life, write, body, tag === undefined ? {} : { 'If-Match': tag });
        succeeded(write, answer);
        if (answer.json !== undefined) expectWritten(body, representation(answer.json));
        life.now = answer.json;
        life.etag = answer.headers.etag;
        if (read) await reads(read).run(life);
        if (before === undefined || tag === undefined) continue;
        const isSame = JSON.stringify(before) === JSON.stringify(life.now);
        expect(life.etag === tag, 'the entity tag is another exactly if the thing is').toBe(isSame);
        if (!isSame) life.staleTag = tag;
      }
    },
  };
}

/** Plain values come back as they were sent. The contract gives secrets no place in an answer, and others another form. */
function expectWritten(body: Json, thing: Json): void {
  const plain = Object.entries(body).filter(([name, value]) => typeof value !== 'object' && name in thing);
  expect(thing).toMatchObject(Object.fromEntries(plain));
}

function asksConditionally(read: ContractOperation): Step {
  return {
    does: `${read.operationId} answers 304 to its entity tag only`,
    run: async (life) => {
      const { etag = '', staleTag } = life;
      for (const tag of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
        const answer = await call(life, read, undefined, { 'If-None-Match': tag });
        expect([tag, answer.status, answer.headers.etag]).toEqual([tag, 304, etag]);
      }
      for (const tag of [staleTag ?? '"other"', '"other"']) {
        const answer = await call(life, read, undefined, { 'If-None-Match': tag });
        expect([tag, answer.status]).toEqual([tag, 200]);
      }
    },
  };
}

function refusesStale(write: ContractOperation, read: ContractOperation): Step {
  return {
    does: `${write.operationId} answers 412 to an old entity tag, with the thing as it is`,
    run: async (life) => {
      const { staleTag } = life;
      if (staleTag === undefined) expect.fail('No example in the contract changes the thing');
      const [body] = await bodies(life, write);
      for (const tag of [staleTag, `W/${life.etag}`, `"other", ${staleTag}`]) {
        const answer = await call(life, write, body, { 'If-Match': tag });
        expect([tag, answer.status]).toEqual([tag, 412]);
        expect(answer.json.current).toEqual(life.now);
        expect(answer.headers.etag).toBe(life.etag);
      }
      await reads(read).run(life);
    },
  };
}

function isGone(operation: ContractOperation): Step {
  return {
    does: `${operation.operationId} answers 404 from then on`,
    run: async (life) => {
      const [body] = await bodies(life, operation);
      for (const headers of [{}, { 'If-Match': '*' }] as const) {
        const answer = await call(life, operation, body, headers);
        expect([operation.operationId, answer.status, answer.json?.code]).toEqual([
          operation.operationId,
          404,
          'not_found',
        ]);
      }
    },
  };
}

function bodies({ owner, resource, resources }: Life, operation: ContractOperation): Promise<Json[]> {
  return bodiesFor(owner, operation, resource, resources);
}

function call(
  { owner, thing }: Life,
  operation: ContractOperation,
  body?: Json,
  headers: Readonly<Record<string, string>> = {},
): Promise<JsonAnswer> {
  return owner.call(operation, { ids: thing.ids, body, headers });
}
