import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  type Sampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import type { RequestHandler } from 'express';
import type { TracingConfig } from '../config.ts';
import type { ContractDocument } from '../contract/document.ts';
import type { Database } from '../db/knex.ts';
import type { JobLog, JobTrace } from '../jobs/job.ts';
import type { Mailer } from '../mail/mailer.ts';
import { version } from '../version.ts';
import { createExporter } from './exporter.ts';
import { traceRequests } from './requests.ts';
import { createSpans, fieldsOf, type TraceFields } from './spans.ts';
import { traceStatements } from './statements.ts';
import { traceJobs, traceMailer } from './work.ts';

/** Milliseconds that a stop waits for the collector. */
const LAST_FLUSH = 3_000;

/** Spans that wait at most, what is more is lost; and milliseconds that they wait for others. */
const QUEUE = { maxQueueSize: 2_048, scheduledDelayMillis: 1_000 };

/** Spans at the seams of the server. */
export interface Tracing {
  /** What a log line says of the span that is under way. */
  readonly logFields: () => TraceFields | undefined;
  /** Says so in the log when spans can't be delivered. */
  reportTo(log: Pick<JobLog, 'info' | 'warn'>): void;
  requests(document: ContractDocument): RequestHandler;
  watchStatements(database: Database): void;
  readonly jobs: JobTrace;
  mailer(mailer: Mailer): Mailer;
  /** Sends what waits, for three seconds at most. Never rejects. */
  stop(): Promise<void>;
}

/**
 * Imported only when there is a collector: OpenTelemetry is 30 MB of memory and a tenth of a second of every start.
 */
export function createTracing(config: TracingConfig): Tracing {
  let log: Pick<JobLog, 'info' | 'warn'> | undefined;
  const exporter = createExporter(config, {
    failed: (error) => log?.warn({ err: error }, 'traces can not be delivered'),
    recovered: () => log?.info({}, 'traces are delivered again'),
  });
  const attributes = {
    'service.version': version,
    'service.instance.id': randomUUID(),
    ...config.resource,
    'service.name': config.serviceName,
  };
  const provider = new TracerProvider({
    resource: defaultResource().merge(resourceFromAttributes(attributes)),
    sampler: samplerOf(config),
    spanProcessors: [new BatchSpanProcessor({ exporter, ...QUEUE })],
  });
  const spans = createSpans(provider.getTracer('taskpact', version));
  return {
    logFields: () => {
      const span = spans.active();
      return span && fieldsOf(span);
    },
    reportTo: (to) => {
      log = to;
    },
    requests: (document) => traceRequests(spans, document),
    watchStatements: (database) => traceStatements(spans, database),
    jobs: traceJobs(spans),
    mailer: (mailer) => traceMailer(spans, mailer),
    stop: async () => {
      const patience = new AbortController();
      const over = sleep(LAST_FLUSH, undefined, { signal: patience.signal }).catch(() => {});
      // What could not be delivered was said when it was tried.
      await Promise.race([provider.shutdown().catch(() => {}), over]).finally(() => patience.abort());
    },
  };
}

function samplerOf({ sampler, ratio }: Pick<TracingConfig, 'sampler' | 'ratio'>): Sampler {
  const [, isBased, name] = /^(parentbased_)?(\w+)$/.exec(sampler) ?? [];
  const roots: Readonly<Record<string, () => Sampler>> = {
    always_off: () => new AlwaysOffSampler(),
    traceidratio: () => new TraceIdRatioBasedSampler(ratio),
  };
  const root = roots[name ?? '']?.() ?? new AlwaysOnSampler();
  return isBased === undefined ? root : new ParentBasedSampler({ root });
}
