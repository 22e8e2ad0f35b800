import { AsyncLocalStorage } from 'node:async_hooks';
import {
  type Attributes,
  type Context,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  type SpanOptions,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';

export { SpanKind };

/** How a log line names the span that it belongs to. */
export interface TraceFields {
  readonly trace_id: string;
  readonly span_id: string;
}

/** A header's value, as Node has it, or a field of stored data. */
type Carrier = Readonly<Record<string, unknown>>;

/** Makes spans, and knows which one is under way. Nothing of it is global, so that two servers can share a process. */
export type Spans = ReturnType<typeof createSpans>;

export function createSpans(tracer: Tracer) {
  const storage = new AsyncLocalStorage<Context>();
  const propagator = new W3CTraceContextPropagator();
  const active = (): Span | undefined => trace.getSpan(storage.getStore() ?? ROOT_CONTEXT);

  return {
    active,

    /** @param parent by default what is under way */
    start: (
      name: string,
      kind: SpanKind,
      attributes: Attributes,
      parent: Context = storage.getStore() ?? ROOT_CONTEXT,
    ): Span => tracer.startSpan(name, { kind, attributes } satisfies SpanOptions, parent),

    /** Whatever the work causes belongs to the span. */
    within: <T>(span: Span, work: () => T): T => storage.run(trace.setSpan(ROOT_CONTEXT, span), work),

    /** Where `traceparent` says that the work comes from, if it says so in good form. */
    comesFrom: (carrier: Carrier): Context =>
      propagator.extract(ROOT_CONTEXT, carrier, {
        get: (from, key) => (typeof from[key] === 'string' ? from[key] : undefined),
        keys: Object.keys,
      }),

    /** What names the active span to somebody else: `traceparent`, if there is one. */
    carrier: (): Readonly<Record<string, string>> => {
      const headers: Record<string, string> = {};
      propagator.inject(storage.getStore() ?? ROOT_CONTEXT, headers, {
        set: (into, key, value) => {
          into[key] = value;
        },
      });
      return headers;
    },
  };
}

/** @param reason of few values: a name of an error or a code, never a message */
export function markFailed(span: Span, reason: string): void {
  span.setAttribute('error.type', reason);
  span.setStatus({ code: SpanStatusCode.ERROR });
}

export function fieldsOf(span: Span): TraceFields {
  const { traceId, spanId } = span.spanContext();
  return { trace_id: traceId, span_id: spanId };
}
