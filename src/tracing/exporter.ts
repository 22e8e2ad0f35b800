import { ExportResultCode } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import type { SpanExporter } from '@opentelemetry/sdk-trace';
import type { TracingConfig } from '../config.ts';

/** Milliseconds for a batch, attempts at it included. */
const PATIENCE = 5_000;

/** Hears when the collector stops taking spans, and when it takes them again. */
export interface ExportWatcher {
  failed(error: unknown): void;
  recovered(): void;
}

/** Sends spans as OTLP over HTTP, in JSON. What the collector does not take is lost, and said once. */
export function createExporter(
  { url, headers }: Pick<TracingConfig, 'url' | 'headers'>,
  watcher: ExportWatcher,
): SpanExporter {
  const exporter = new OTLPTraceExporter({ url, headers: { ...headers }, timeoutMillis: PATIENCE });
  let isFailing = false;
  return {
    export: (batch, done) =>
      exporter.export(batch, (result) => {
        const fails = result.code !== ExportResultCode.SUCCESS;
        if (fails && !isFailing) watcher.failed(result.error);
        if (!fails && isFailing) watcher.recovered();
        isFailing = fails;
        done(result);
      }),
    shutdown: () => exporter.shutdown(),
  };
}
