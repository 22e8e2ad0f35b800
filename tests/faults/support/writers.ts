import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../../setup/service-process.ts';
import { registerAt } from '../../setup/test-server.ts';

/** What a task may hold: what was acknowledged, or what was asked for since and got no clear answer. */
export interface TaskState {
  readonly title: string;
  readonly deleted: boolean;
}

/** A creation, by the `Idempotency-Key` that it was sent with, which is the task's description as well. */
export interface Creation {
  readonly authorization: string;
  readonly key: string;
  /** The first answer that told of success, as it came. */
  answer?: string;
}

/** How one request went. */
export interface Outcome {
  /** 0 when there was no answer at all. */
  readonly status: number;
  readonly ms: number;
}

/** What clients know of what they have written, to be compared with what is stored. */
export interface Ledger {
  readonly creations: readonly Creation[];
  /** By id; more than one state when the last write got no clear answer. */
  readonly tasks: ReadonlyMap<string, readonly TaskState[]>;
}

export interface Writers extends Ledger {
  readonly outcomes: readonly Outcome[];
  /** The number of writes that were acknowledged. */
  readonly acknowledged: number;
  /** Where they send to from now on. */
  aim(origin: string): void;
  /** From now on they wait for every answer. */
  endure(): void;
  /** Lets them write, one request after the other each, until they are told to stop. */
  go(): void;
  stop(): Promise<void>;
  /** Waits until so many more writes are acknowledged. */
  progress(count: number): Promise<void>;
  /** Sends every creation without a clear answer again with its key, and some others: all have to be answered alike. */
  settle(): Promise<void>;
}

export interface WritersOptions {
  readonly origin: string;
  /** How many write at the same time, each with an account of its own. */
  readonly count?: number;
  /** Milliseconds after which a client hangs up, until they are told to endure. */
  readonly patience?: () => number;
}

const PATH = '/api/v1/tasks';
/** So that those who find nobody there don't do nothing but ask. */
const PAUSE = 20;

/** Clients that create tasks, change and delete them, and write down what they were answered. */
export async function createWriters({ origin, count = 6, patience }: WritersOptions): Promise<Writers> {
  const authorizations: string[] = [];
  while (authorizations.length < count) authorizations.push(await registerPatiently(origin));
  const outcomes: Outcome[] = [];
  const creations: Creation[] = [];
  const tasks = new Map<string, readonly TaskState[]>();
  let target = origin;
  let going = false;
  let hurried = patience;
  let acknowledged = 0;
  let running: Promise<unknown> = Promise.resolve();

  const send = async (
    authorization: string,
    method: string,
    path: string,
    body?: object,
    key?: string,
  ): Promise<{ status: number; text: string }> => {
    const started = performance.now();
    const merge = method === 'PATCH' ? 'merge-patch+' : '';
    const answer = await fetch(target + path, {
      method,
      headers: {
        Authorization: authorization,
        ...(body === undefined ? {} : { 'Content-Type': `application/${merge}json` }),
        ...(key === undefined ? {} : { 'Idempotency-Key': key }),
      },
      body: body === undefined ? null : JSON.stringify(body),
      signal: hurried === undefined ? null : AbortSignal.timeout(hurried()),
    })
      .then(async (response) => ({ status: response.status, text: await response.text() }))
      // Nobody there, cut off, or given up.
      .catch(() => ({ status: 0, text: '' }));
    outcomes.push({ status: answer.status, ms: performance.now() - started });
    if (answer.status >= 200 && answer.status < 300) acknowledged += 1;
    else await sleep(PAUSE);
    return answer;
  };

  const note = (creation: Creation, text: string): string => {
    creation.answer ??= text;
    if (creation.answer !== text) throw new Error(`Answered ${creation.answer}, and the same again ${text}`);
    const { id, title } = JSON.parse(text) as { id: string; title: string };
    if (!tasks.has(id)) tasks.set(id, [{ title, deleted: false }]);
    return id;
  };

  const create = async (creation: Creation): Promise<string | undefined> => {
    const { authorization, key } = creation;
    const { status, text } = await send(authorization, 'POST', PATH, { title: key, description: key }, key);
    return status === 201 ? note(creation, text) : undefined;
  };

  /** One change of a task that this client alone knows. @returns whether the client still knows what it holds */
  const change = async (authorization: string, id: string, next: TaskState): Promise<boolean> => {
    const before = tasks.get(id) ?? [];
    tasks.set(id, [...before, next]);
    const { status } = next.deleted
      ? await send(authorization, 'DELETE', `${PATH}/${id}`)
      : await send(authorization, 'PATCH', `${PATH}/${id}`, { title: next.title });
    if (status < 200 || status >= 300) return false;
    tasks.set(id, [next]);
    return true;
  };

  const writer = async (authorization: string): Promise<void> => {
    let id: string | undefined;
    while (going) {
      if (id === undefined || Math.random() < 0.4) {
        const creation: Creation = { authorization, key: randomUUID() };
        creations.push(creation);
        id = await create(creation);
        continue;
      }
      const title = tasks.get(id)?.at(-1)?.title ?? '';
      const deleted = Math.random() < 0.3;
      const known = await change(authorization, id, { title: deleted ? title : randomUUID(), deleted });
      if (!known || deleted) id = undefined;
    }
  };

  return {
    outcomes,
    creations,
    tasks,
    get acknowledged() {
      return acknowledged;
    },
    aim: (next) => {
      target = next;
    },
    endure: () => {
      hurried = undefined;
    },
    go: () => {
      going = true;
      running = Promise.all(authorizations.map(writer));
    },
    stop: async () => {
      going = false;
      await running;
    },
    progress: async (more) => {
      const goal = acknowledged + more;
      await until(() => acknowledged >= goal, `${more} more writes are acknowledged`);
    },
    settle: async () => {
      const unclear = creations.filter(({ answer }) => answer === undefined);
      for (const creation of [...unclear, ...unclear, ...creations.slice(-5)]) {
        const path = `${target}${PATH}`;
        await until(async () => (await create(creation)) !== undefined, `${path} answers ${creation.key}`);
      }
    },
  };
}

/** Until it works: on a busy machine a first connection to the database can take longer than the server waits for it. */
export async function registerPatiently(origin: string): Promise<string> {
  let authorization: string | undefined;
  await until(async () => {
    authorization = await registerAt(origin).catch(() => undefined);
    return authorization !== undefined;
  }, `${origin} registers somebody`);
  return authorization ?? '';
}
