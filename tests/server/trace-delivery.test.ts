/** How traces get to a collector, and what happens when it is away: with the server as a process of its own. */
import { createServer } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { listen } from '../../src/http/server.ts';
import { type Collector, startCollector } from '../setup/collector.ts';
import { createTestDatabase, type TestDatabase } from '../setup/test-database.ts';
import { registerAt } from '../setup/test-server.ts';
import { startForTest } from './support/service.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

let collector: Collector;
beforeEach(async () => {
  collector = await startCollector();
  return () => collector.close();
});

const start = () =>
  startForTest({ DATABASE_URL: database.url, OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint });

describe('traces', { timeout: 120_000 }, () => {
  it('that wait are sent by a stop', async () => {
    const { service, origin } = await start();
    await registerAt(origin);
    service.signal('SIGTERM');
    expect(await service.ended()).toMatchObject({ code: 0 });
    expect(collector.spans.map(({ name }) => name)).toContain('POST /api/v1/auth/register');
  });

  it.each(['dead', 'silent'])(
    'for a collector that is %s slow nobody down, and hold up a stop for a moment',
    async (how) => {
      const { service, origin } = await start();
      const authorization = await registerAt(origin);
      if (how === 'dead') await collector.close();
      else collector.fallSilent();
      const request = () =>
        fetch(`${origin}/api/v1/me`, { headers: { authorization } }).then((r) => r.status);
      const began = performance.now();
      // Several times as many spans as may wait.
      for (let round = 0; round < 40; round += 1) {
        const statuses = await Promise.all(Array.from({ length: 100 }, request));
        expect(new Set(statuses)).toEqual(new Set([200]));
      }
      expect(performance.now() - began).toBeLessThan(40_000);
      await service.logged('traces can not be delivered');
      const reports = service.lines.filter(({ msg }) => msg === 'traces can not be delivered');
      expect(reports).toHaveLength(1);
      expect(reports[0]).toMatchObject({ level: 'warn' });
      const stopping = performance.now();
      service.signal('SIGTERM');
      expect(await service.ended()).toMatchObject({ code: 0 });
      expect(performance.now() - stopping).toBeLessThan(8_000);
    },
  );

  it('are said to be delivered again when the collector is back', async () => {
    const { service, origin } = await start();
    const port = Number(new URL(collector.endpoint).port);
    await collector.close();
    await registerAt(origin);
    await service.logged('traces can not be delivered');
    const answering = createServer((socket) => {
      socket.once('data', () =>
        socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}'),
      );
      socket.on('error', () => {});
    });
    await listen(answering, port, '127.0.0.1');
    onTestFinished(() => new Promise((resolve) => void answering.close(() => resolve())));
    await registerAt(origin);
    await service.logged('traces are delivered again');
  });
});
