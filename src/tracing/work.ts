import type { Attributes, Context } from '@opentelemetry/api';
import type { JobTrace } from '../jobs/job.ts';
import type { Mailer } from '../mail/mailer.ts';
import { markFailed, SpanKind, type Spans } from './spans.ts';

/** Each attempt at a job, below the request that has left it, so that a trace tells what became of it. */
export function traceJobs(spans: Spans): JobTrace {
  return {
    carrier: spans.carrier,
    attempt: async (job, { id, data, retryCount }, work) => {
      const attributes = {
        'taskpact.job': job,
        'taskpact.job.id': id,
        'taskpact.job.attempt': retryCount + 1,
      };
      const origin = spans.comesFrom(data as Readonly<Record<string, unknown>>);
      return run(spans, { name: `job ${job}`, kind: SpanKind.CONSUMER, attributes, origin }, async (fail) => {
        const result = await work();
        if (result.status !== 'completed') fail(nameIn(result.output));
        return result;
      });
    },
  };
}

function nameIn(output: unknown): string {
  const named = typeof output === 'object' && output !== null && 'name' in output;
  return named ? String(output.name) : 'failed';
}

/** The delivery to the mail server, without the address. */
export function traceMailer(spans: Spans, mailer: Mailer): Mailer {
  const what = { name: 'send mail', kind: SpanKind.CLIENT };
  return {
    send: (message, signal) =>
      run(spans, { ...what, attributes: { 'taskpact.mail.id': message.id } }, () =>
        mailer.send(message, signal),
      ),
  };
}

interface Work {
  readonly name: string;
  readonly kind: SpanKind;
  readonly attributes: Attributes;
  /** What has caused it; by default what is under way. */
  readonly origin?: Context;
}

async function run<T>(
  spans: Spans,
  { name, kind, attributes, origin }: Work,
  work: (fail: (reason: string) => void) => Promise<T>,
): Promise<T> {
  const span = spans.start(name, kind, attributes, origin);
  try {
    return await spans.within(span, () => work((reason) => markFailed(span, reason)));
  } catch (error) {
    markFailed(span, error instanceof Error ? error.name : typeof error);
    throw error;
  } finally {
    span.end();
  }
}
