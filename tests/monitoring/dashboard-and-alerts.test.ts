/** The dashboard and the alerts ask for what the server tells, and for nothing else. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import request from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { listOperations, loadDocument } from '../../src/contract/document.ts';
import { createMetrics } from '../../src/http/metrics.ts';
import { listen } from '../../src/http/server.ts';
import { jobQueue } from '../../src/jobs/queue.ts';
import { createTestServer, type TestServer } from '../setup/test-server.ts';
import { whyWithout } from '../setup/tools.ts';
import { readExpression } from './expressions.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

interface Panel {
  readonly title: string;
  readonly type: string;
  readonly targets?: readonly { readonly expr: string }[];
}
interface Dashboard {
  readonly panels: readonly Panel[];
  readonly annotations: { readonly list: readonly { readonly name: string; readonly expr: string }[] };
  readonly templating: { readonly list: readonly { readonly name: string; readonly definition?: string }[] };
}
interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly labels: { readonly severity: string };
  readonly annotations: Readonly<Record<string, string>>;
}

const dashboard: Dashboard = JSON.parse(read('ops/grafana/taskpact.json'));
const rules: readonly Rule[] = parse(read('ops/prometheus/alerts.yaml')).groups.flatMap(
  (group: { rules: readonly Rule[] }) => group.rules,
);

/** What Grafana fills in. */
const filledIn = (expression: string): string =>
  expression.replaceAll(/\$__(rate_interval|range)/g, '5m').replaceAll(/\$\w+/g, '.*');
const panels = dashboard.panels.flatMap(({ title, targets = [] }) =>
  targets.map(({ expr }) => [`panel ${title}`, filledIn(expr)] as const),
);
const variables = dashboard.templating.list.flatMap(({ name, definition }) => {
  if (definition === undefined) return [];
  // One of another form stays as it is, and asks for what nobody tells.
  const expression = definition.replace(/^label_values\((.*), (\w+)\)$/, 'count by ($2) ($1)');
  return [[`variable ${name}`, expression] as const];
});
const EXPRESSIONS = [
  ...panels,
  ...variables,
  ...dashboard.annotations.list.map(({ name, expr }) => [`annotation ${name}`, expr] as const),
  ...rules.map(({ alert, expr }) => [`alert ${alert}`, expr] as const),
];

/** What Prometheus adds to what it scrapes. */
const TARGET_LABELS = ['job', 'instance'];

let server: TestServer;
/** Labels of each series that the server can tell of. */
const told = new Map<string, readonly string[]>([['up', []]]);
beforeAll(async () => {
  server = await createTestServer();
  const port = await listen(server.metricsServer, 0, '127.0.0.1');
  const { text } = await request(`http://127.0.0.1:${port}`).get('/metrics').expect(200);
  const scraped = Array.from(text.matchAll(/^# TYPE (\S+) (\S+)$/gm), ([, name = '', type = '']) => ({
    name,
    type,
  }));
  // A label shows in a scrape only once it has a value, so the labels come from where the metrics are declared.
  const metrics = createMetrics();
  metrics.watchPool(server.database);
  metrics.watchJobs(jobQueue(server.database).count);
  for (const { name, type } of scraped) {
    const declared = metrics.registry.getSingleMetric(name) as { labelNames?: readonly string[] } | undefined;
    const labels = declared?.labelNames ?? [];
    told.set(name, labels);
    if (type !== 'histogram') continue;
    told.set(`${name}_bucket`, [...labels, 'le']);
    for (const part of ['sum', 'count']) told.set(`${name}_${part}`, labels);
  }
});
afterAll(() => server.destroy());

describe('what is asked for', () => {
  it.each(EXPRESSIONS)('%s', (_, expression) => {
    const { metrics, labels } = readExpression(expression);
    expect(metrics.length).toBeGreaterThan(0);
    expect(metrics.filter((name) => !told.has(name))).toEqual([]);
    const known = [...TARGET_LABELS, ...metrics.flatMap((name) => told.get(name) ?? [])];
    expect(labels.filter((label) => !known.includes(label))).toEqual([]);
  });

  it('names operations that the contract has', () => {
    const operations: readonly string[] = listOperations(loadDocument().document).map(({ id }) => id);
    const named = EXPRESSIONS.flatMap(([, expression]) => readExpression(expression).values)
      .filter(({ label, value }) => label === 'operation' && value !== '.*')
      .map(({ value }) => value);
    expect(named.length).toBeGreaterThan(10);
    expect(named.filter((id) => !operations.includes(id))).toEqual([]);
  });

  it('no label of ours is one that Prometheus sets, for that would be renamed', () => {
    for (const [name, labels] of told)
      expect([name, labels.filter((label) => TARGET_LABELS.includes(label))]).toEqual([name, []]);
  });

  it('the check finds what is wrong', () => {
    expect(() => readExpression('sum(rate(a[5m])')).toThrow('No PromQL');
    expect(readExpression('sum by (b) (rate(a_total{c=~"d|e"}[5m])) > 1')).toEqual({
      metrics: ['a_total'],
      labels: ['b', 'c'],
      values: [
        { label: 'c', value: 'd' },
        { label: 'c', value: 'e' },
      ],
    });
  });
});

describe('the alerts', () => {
  const runbook = read('docs/operations.md');
  it.each(rules.map((rule) => [rule.alert, rule] as const))('%s says what to do', (name, rule) => {
    expect(['page', 'ticket']).toContain(rule.labels.severity);
    expect(Object.keys(rule.annotations)).toEqual(['summary', 'description', 'runbook_url']);
    expect(rule.annotations.runbook_url).toMatch(new RegExp(`/docs/operations\\.md#${name.toLowerCase()}$`));
    const [, text = ''] = new RegExp(`^### ${name}\n\n([^#]+)`, 'm').exec(runbook) ?? [];
    expect(text.length).toBeGreaterThan(80);
  });

  it('and the runbook knows no other', () => {
    const told = Array.from(runbook.matchAll(/^### (Taskpact\w+)$/gm), ([, name]) => name);
    expect(told).toEqual(rules.map(({ alert }) => alert));
  });
});

const MISSING = whyWithout('promtool');

describe.skipIf(MISSING !== undefined)(`by promtool ${MISSING ?? ''}`, () => {
  it('the rules are well formed', async () => {
    await run('promtool', ['check', 'rules', join(root, 'ops/prometheus/alerts.yaml')]);
  });

  it('each alert fires when it should, and none when all is well', async () => {
    await run('promtool', ['test', 'rules', join(root, 'ops/prometheus/alerts.test.yaml')]);
  });
});
