import { ConfigError, type Variable } from './environment.ts';
import type { Reader } from './reader.ts';

const SAMPLERS = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const;

/** Where traces go, by the standard names of OpenTelemetry. */
export interface TracingConfig {
  /** Where spans are posted as OTLP over HTTP. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly serviceName: string;
  /** What else is said of this instance. */
  readonly resource: Readonly<Record<string, string>>;
  readonly sampler: (typeof SAMPLERS)[number];
  /** Share of traces that a sampler by ratio takes, 0 to 1. */
  readonly ratio: number;
}

/** @returns undefined when no endpoint is set: nothing is traced. @throws ConfigError */
export function readTracing(read: Reader): TracingConfig | undefined {
  const endpoint = read.url('OTEL_EXPORTER_OTLP_ENDPOINT', /^https?:$/, 'http:// or https://');
  const headers = readPairs(read, 'OTEL_EXPORTER_OTLP_HEADERS');
  const { 'service.name': named = 'taskpact', ...resource } = readPairs(read, 'OTEL_RESOURCE_ATTRIBUTES');
  const config = {
    headers,
    serviceName: read.text('OTEL_SERVICE_NAME', named),
    resource: Object.freeze(resource),
    sampler: read.choice('OTEL_TRACES_SAMPLER', SAMPLERS, 'parentbased_always_on'),
    ratio: readRatio(read),
  };
  if (endpoint === undefined) return undefined;
  const url = new URL(endpoint);
  url.pathname = `${url.pathname.replace(/\/$/, '')}/v1/traces`;
  return Object.freeze({ url: url.href, ...config });
}

function readRatio(read: Reader): number {
  const text = read.text('OTEL_TRACES_SAMPLER_ARG', '1');
  if (!/^(0(\.\d+)?|1(\.0+)?)$/.test(text)) {
    throw new ConfigError('OTEL_TRACES_SAMPLER_ARG must be a number from 0 to 1.');
  }
  return Number(text);
}

/** `name=value,name=value`, percent-encoded, as W3C Baggage writes it. */
function readPairs(read: Reader, name: Variable): Readonly<Record<string, string>> {
  const text = read.text(name, '');
  const pairs = text === '' ? [] : text.split(',').map((pair) => parsePair(pair.trim()));
  // A value may be a key of the collector's, so it is not repeated.
  if (pairs.includes(undefined)) {
    throw new ConfigError(`${name} must be a list such as name=value,name=value, percent-encoded.`);
  }
  return Object.freeze(Object.fromEntries(pairs as [string, string][]));
}

/** What a header may be; attributes of a resource are no longer names either. */
const PAIR = /^([\w.!#$%&'*+^`|~-]+)\s*=\s*([\x21-\x7e]*(?: +[\x21-\x7e]+)*)$/;

function parsePair(pair: string): [string, string] | undefined {
  const [, key, value] = PAIR.exec(pair) ?? [];
  if (key === undefined || value === undefined) return undefined;
  try {
    const decoded = decodeURIComponent(value);
    return /^[\x20-\x7e]*$/.test(decoded) ? [key, decoded] : undefined;
  } catch {
    return undefined;
  }
}
