import { createServer, type Server } from 'node:http';
import type { RequestHandler } from 'express';
import type { Knex } from 'knex';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

export interface Metrics {
  readonly registry: Registry;
  /** Measures each request by its operation, never by its path. */
  readonly middleware: RequestHandler;
  /** An answer broke the contract and went out nevertheless (`RESPONSE_VALIDATION=log`). */
  countInvalidResponse(operationId: string): void;
  /** The store of counts was away, so a request was let through, or refused, without being counted. */
  countUncounted(): void;
  /** A request was refused before anything was done for it, because too many wait. */
  countRefused(): void;
  watchPool(database: Knex): void;
  /** @param count what is in the queues; asked when somebody reads the metrics */
  watchJobs(count: () => Promise<readonly { job: string; state: string; count: number }[]>): void;
  countJobAttempt(job: string, outcome: string): void;
}

export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const duration = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time from the headers of the request to the end of the answer; status "aborted" when the client left',
    labelNames: ['operation', 'status'],
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [registry],
  });
  const invalidResponses = new Counter({
    name: 'contract_invalid_responses_total',
    help: 'Answers that broke the contract and went out nevertheless',
    labelNames: ['operation'],
    registers: [registry],
  });
  const uncounted = new Counter({
    name: 'rate_limit_store_failures_total',
    help: 'Requests that could not be counted because the store of counts was away',
    registers: [registry],
  });
  const refused = new Counter({
    name: 'http_requests_refused_total',
    help: 'Requests that were refused at once because too many waited for the database; no other metric counts them',
    registers: [registry],
  });
  const attempts = new Counter({
    name: 'job_attempts_total',
    help: 'Attempts at a job by what they came to: done, failed (to be tried again), given_up (a dead letter)',
    labelNames: ['queue', 'outcome'],
    registers: [registry],
  });
  return {
    registry,
    middleware: (_request, response, next) => {
      const started = process.hrtime.bigint();
      response.once('close', () => {
        const operation: string = response.locals.operationId ?? 'none';
        const status = response.writableFinished ? String(response.statusCode) : 'aborted';
        const seconds = Number(process.hrtime.bigint() - started) / 1e9;
        duration.labels(operation, status).observe(seconds);
      });
      next();
    },
    countInvalidResponse: (operationId) => invalidResponses.labels(operationId).inc(),
    countUncounted: () => uncounted.inc(),
    countRefused: () => refused.inc(),
    countJobAttempt: (job, outcome) => attempts.labels(job, outcome).inc(),
    watchJobs: (count) => {
      new Gauge({
        name: 'jobs',
        help: 'Jobs that are not done, by state; "dead" failed at every attempt and wait for somebody to look at them',
        labelNames: ['queue', 'state'],
        registers: [registry],
        async collect() {
          this.reset();
          // Without the database there is nothing to tell of the queues, but of the server there is.
          const counts = await count().catch(() => []);
          for (const { job, state, count } of counts) this.labels(job, state).set(count);
        },
      });
    },
    watchPool: (database) => {
      new Gauge({
        name: 'database_connections',
        help: 'Connections of the pool by what they do, and callers that wait for one',
        labelNames: ['state'],
        registers: [registry],
        collect() {
          const { pool } = database.client;
          this.labels('used').set(pool.numUsed());
          this.labels('free').set(pool.numFree());
          this.labels('awaited').set(pool.numPendingAcquires());
        },
      });
    },
  };
}

/** A listener of its own, so that the metrics are not where the public is. Serves `GET /metrics` and nothing else. */
export function createMetricsServer(registry: Registry): Server {
  const limits = { headersTimeout: 5_000, requestTimeout: 5_000, connectionsCheckingInterval: 1_000 };
  return createServer(limits, (request, response) => {
    if (request.url !== '/metrics' || request.method !== 'GET') {
      response.writeHead(404).end();
      return;
    }
    registry.metrics().then(
      (text) => response.writeHead(200, { 'Content-Type': registry.contentType }).end(text),
      () => response.writeHead(500).end(),
    );
  });
}
