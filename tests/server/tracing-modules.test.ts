/** OpenTelemetry costs nothing where it is not used: what of it is loaded. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../setup/test-database.ts';
import { registerAt } from '../setup/test-server.ts';
import { startForTest } from './support/service.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

/** Says on standard error which packages of OpenTelemetry are loaded. */
const WATCH = `
  import { registerHooks } from 'node:module';
  registerHooks({ load(url, context, next) {
    const [, name] = /node_modules\\/@opentelemetry\\/([\\w-]+)/.exec(url) ?? [];
    if (name !== undefined) process.stderr.write('loaded ' + name + '\\n');
    return next(url, context);
  } });`;

const loadedBy = async (environment: Record<string, string>) => {
  const watch = ['--import', `data:text/javascript,${encodeURIComponent(WATCH)}`];
  const { service, origin } = await startForTest({ DATABASE_URL: database.url, ...environment }, watch);
  await registerAt(origin);
  service.signal('SIGTERM');
  await service.ended();
  const names = new Set(service.output.stderr.match(/(?<=^loaded ).*$/gm));
  return { names: [...names].sort(), isNamed: service.lines.some((line) => 'trace_id' in line) };
};

it('without a collector, nothing of OpenTelemetry but what prom-client brings', async () => {
  expect(await loadedBy({})).toEqual({ names: ['api'], isNamed: false });
});

it('with one, all that is needed', async () => {
  const { names, isNamed } = await loadedBy({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' });
  expect(names).toEqual(
    expect.arrayContaining(['core', 'exporter-trace-otlp-http', 'resources', 'sdk-trace']),
  );
  expect(isNamed).toBe(true);
});
