/** The packed types in projects of all kinds, library declarations included. */
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type Consumer, createConsumer } from '../../scripts/consumer.ts';
import { STRICT } from '../../scripts/stranger.ts';

let consumer: Consumer;
beforeAll(async () => {
  consumer = await createConsumer(inject('archive'));
  consumer.link('@types/node', 'undici-types');
  const names =
    'Taskpact, TaskStatus, etagCache, hasCode, isTaskpactError, memoryTokenStore, type Middleware, type Task';
  const program = `import { ${names} } from '@taskpact/sdk';
    const client = new Taskpact({ baseUrl: 'http://localhost:3000', tokens: memoryTokenStore() });
    export async function main(): Promise<Task[]> {
      const task: Task = await client.tasks.create({ title: 'a', status: TaskStatus.pending });
      const status: 'pending' | 'in_progress' | 'completed' | 'cancelled' = task.status;
      const { data, etag } = await client.tasks.update(task.id, { description: null }, { ifMatch: task }).withResponse();
      const name: string | null = (await client.me.get()).name;
      for await (const { title } of client.tasks.list({ status: [status], cursor: undefined })) title.trim();
      for await (const page of client.tasks.list().pages()) page.next_cursor?.trim();
      try {
        await client.tasks.delete(data.id, {}, { ifMatch: etag, signal: new AbortController().signal });
      } catch (error) {
        if (isTaskpactError(error, 'PreconditionFailedError')) error.current?.id.trim();
        if (hasCode(error, 'email_taken')) error.code satisfies 'email_taken';
      }
      // @ts-expect-error there is no such status
      client.tasks.update(task.id, { status: 'done' });
      // @ts-expect-error a title can't be cleared
      client.tasks.update(task.id, { title: null });
      // @ts-expect-error a user carries no version, a task does
      client.tasks.update(task.id, {}, { ifMatch: await client.me.get() });
      // @ts-expect-error there is no such filter
      client.tasks.list({ colour: 'red' });
      return client.tasks.list().toArray({ limit: name?.length ?? 10 });
    }
    const middleware: Middleware = (request, next) => next({ ...request, url: request.url });
    export const cached = new Taskpact({ baseUrl: '/', middleware: [etagCache(), middleware] });
  `;
  for (const name of ['program.ts', 'program.cts']) consumer.write(name, program);
});
afterAll(() => consumer.remove());

const DOM = ['es2022', 'dom', 'dom.iterable', 'dom.asynciterable'];

describe('in the strictest mode the types are complete', () => {
  test.each([
    ['of a server, as an ES module', {}, 'program.ts'],
    ['of a server, as CommonJS', { verbatimModuleSyntax: false }, 'program.cts'],
    [
      'of a page, with a bundler',
      { module: 'esnext', moduleResolution: 'bundler', lib: DOM, types: [] },
      'program.ts',
    ],
    ['of a page, with Node around', { lib: DOM, types: ['node'] }, 'program.ts'],
    ['of a worker', { lib: ['es2022', 'webworker', 'webworker.iterable'], types: [] }, 'program.ts'],
  ])('for a program %s', async (_what, options, file) => {
    const compilerOptions = { ...STRICT, noEmit: true, ...options };
    consumer.write('tsconfig.json', JSON.stringify({ compilerOptions, files: [file] }));
    expect(await consumer.compile()).toBe('');
  });
});
