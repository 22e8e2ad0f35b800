/**
 * Preloaded into a server (`node --import`), it answers questions of the bench about the process: which statements it
 * sends, where its time goes, what it holds. A server that is only measured runs without it.
 */
import { Session } from 'node:inspector/promises';
import pg from 'pg';

/** A statement as pg was given it. */
export interface SentStatement {
  readonly name?: string;
  readonly text: string;
  readonly values?: readonly unknown[];
}

export interface Holdings {
  /** Bytes of the heap that are used, after a garbage collection. */
  readonly heap: number;
  /** Timers, sockets, servers and so on that keep the process busy. */
  readonly handles: number;
}

const inspector = new Session();
inspector.connect();
let recorded: SentStatement[] = [];
let isRecording = false;

const questions = {
  record: async (): Promise<void> => {
    recorded = [];
    isRecording = true;
  },
  recorded: async (): Promise<readonly SentStatement[]> => {
    isRecording = false;
    return recorded;
  },
  profile: async (): Promise<void> => {
    await inspector.post('Profiler.enable');
    await inspector.post('Profiler.setSamplingInterval', { interval: 200 });
    await inspector.post('Profiler.start');
  },
  profiled: async () => (await inspector.post('Profiler.stop')).profile,
  holdings: async (): Promise<Holdings> => {
    await inspector.post('HeapProfiler.collectGarbage');
    return { heap: process.memoryUsage().heapUsed, handles: process.getActiveResourcesInfo().length };
  },
};

/** What can be asked, and what is answered. */
export type Questions = typeof questions;

const send = pg.Client.prototype.query;
pg.Client.prototype.query = function query(this: pg.Client, ...parameters: unknown[]) {
  if (isRecording) note(parameters[0]);
  return Reflect.apply(send, this, parameters);
} as typeof send;

/** @param statement its text alone, or with its name and values */
function note(statement: unknown): void {
  if (typeof statement === 'string') recorded.push({ text: statement });
  else if (typeof statement === 'object' && statement !== null && 'text' in statement) {
    const { name, text, values } = statement as SentStatement;
    recorded.push({
      text,
      ...(name === undefined ? {} : { name }),
      ...(values === undefined ? {} : { values }),
    });
  }
}

process.on('message', async (question: keyof Questions) => {
  process.send?.({ answer: await questions[question]() });
});
// The server ends as it would without.
process.channel?.unref();
