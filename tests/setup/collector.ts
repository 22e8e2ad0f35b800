import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { listen } from '../../src/http/server.ts';

/** A span as it came over the wire. */
export interface Received {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  readonly name: string;
  /** 1 internal, 2 server, 3 client, 4 producer, 5 consumer. */
  readonly kind: number;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly failed: boolean;
  /** Attributes of the service that has sent it. */
  readonly resource: Readonly<Record<string, unknown>>;
}

/** A collector of OpenTelemetry that keeps what it gets, by OTLP over HTTP in JSON. */
export interface Collector {
  readonly endpoint: string;
  readonly spans: readonly Received[];
  readonly headers: readonly IncomingHttpHeaders[];
  /** Everything that was sent, as text. */
  readonly raw: readonly string[];
  /** Waits for a span. */
  find(matches: (span: Received) => boolean): Promise<Received>;
  /** Says nothing more to anybody, with connections open. */
  fallSilent(): void;
  close(): Promise<void>;
}

interface Value {
  readonly stringValue?: string;
  readonly intValue?: number | string;
}
type Attributes = readonly { readonly key: string; readonly value: Value }[];
interface WireSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly attributes: Attributes;
  readonly status: { readonly code?: number };
}
interface Export {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: Attributes };
    readonly scopeSpans: readonly { readonly spans: readonly WireSpan[] }[];
  }[];
}

const ERROR = 2;

export async function startCollector(): Promise<Collector> {
  const spans: Received[] = [];
  const headers: IncomingHttpHeaders[] = [];
  const raw: string[] = [];
  let isSilent = false;
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      if (request.method !== 'POST' || request.url !== '/v1/traces') {
        response.writeHead(404).end();
        return;
      }
      const text = Buffer.concat(chunks).toString();
      raw.push(text);
      headers.push(request.headers);
      if (isSilent) return;
      spans.push(...readSpans(JSON.parse(text) as Export));
      response.writeHead(200, { 'Content-Type': 'application/json' }).end('{}');
    });
  });
  const port = await listen(server, 0, '127.0.0.1');
  return {
    endpoint: `http://127.0.0.1:${port}`,
    spans,
    headers,
    raw,
    find: async (matches) => {
      for (const until = Date.now() + 20_000; Date.now() < until; await sleep(20)) {
        const span = spans.find(matches);
        if (span !== undefined) return span;
      }
      throw new Error(`It did not come, but: ${spans.map(({ name }) => name).join(', ')}`);
    },
    fallSilent: () => {
      isSilent = true;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function readSpans({ resourceSpans }: Export): Received[] {
  return resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans
      .flatMap(({ spans }) => spans)
      .map((span) => ({
        traceId: span.traceId,
        spanId: span.spanId,
        parentSpanId: span.parentSpanId,
        name: span.name,
        kind: span.kind,
        attributes: readAttributes(span.attributes),
        failed: span.status.code === ERROR,
        resource: readAttributes(resource.attributes),
      })),
  );
}

function readAttributes(attributes: Attributes): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    attributes.map(({ key, value }) => [key, value.stringValue ?? Number(value.intValue)]),
  );
}
