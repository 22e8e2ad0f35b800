/** The gate that compiles the last release's tests against this SDK, in a repository with a release. */
import { execFile, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';

const root = join(import.meta.dirname, '../../..');
const script = join(root, 'scripts/check-sdk-compat.ts');
const PARTS = ['generated', 'mock', 'openapi.yaml', 'package.json', 'sdk', 'src', 'tests', 'tsconfig.json'];
const MODELS = 'generated/client/models/index.ts';
const ALLOWED = 'sdk/compat.allow.yaml';

const folder = mkdtempSync(join(tmpdir(), 'taskpact-compat-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

function git(...args: string[]): void {
  const identity = ['user.name=Test', 'user.email=test@example.com', 'commit.gpgsign=false'];
  const options = identity.flatMap((value) => ['-c', value]);
  const { status, stderr } = spawnSync('git', [...options, ...args], { cwd: folder, encoding: 'utf8' });
  if (status !== 0) throw new Error(`git ${args[0]}: ${stderr}`);
}

function edit(name: string, from: string | RegExp, to: string): void {
  const text = readFileSync(join(folder, name), 'utf8');
  const edited = text.replace(from, to);
  if (edited === text) throw new Error(`${name} has no ${from} to edit`);
  writeFileSync(join(folder, name), edited);
}

function check(): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [script], { cwd: folder }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), output: stdout + stderr }),
    );
  });
}

beforeAll(async () => {
  const leftOut = ['node_modules', 'dist'];
  const filter = (path: string): boolean => !leftOut.includes(basename(path));
  for (const part of PARTS) cpSync(join(root, part), join(folder, part), { recursive: true, filter });
  writeFileSync(join(folder, '.gitignore'), 'node_modules\n');
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction');
  git('init', '-q');
  git('add', '-A');
  git('commit', '-q', '-m', 'The first one');
  const { code, output } = await check();
  expect([code, output]).toEqual([0, expect.stringContaining('There is no release yet')]);
  git('tag', 'v0.1.0');
});
beforeEach(() => git('checkout', '-q', '.'));

test('what only adds to the types passes', async () => {
  edit(MODELS, 'export interface Task {', 'export interface Task {\n    colour?: string;');
  const { code, output } = await check();
  expect(output).toMatch(
    /^\d\d+ tests and examples of v0\.1\.0 compiled against this SDK: 0 complaints\.\n$/,
  );
  expect(code).toBe(0);
});

test('what takes something away does not, until it is allowed', async () => {
  edit(MODELS, /(export interface Task \{[\s\S]*?)\n {4}title: /, '$1\n    name: ');
  const { code, output } = await check();
  expect(code).toBe(1);
  expect(output).toMatch(
    /^BREAKING: sdk\/examples\/tour\.ts:\d+: Property 'title' does not exist on type 'Task'\.$/m,
  );
  expect(output).toContain('BREAKING: sdk/tests/server/operations.test.ts:');

  const changes = [...output.matchAll(/^BREAKING: (.*)$/gm)].map(([, change]) => change);
  const entries = changes.map((change) => ({ change, reason: 'A title is a name now.' }));
  writeFileSync(join(folder, ALLOWED), JSON.stringify({ since: 'v0.1.0', allow: entries }));
  const allowed = await check();
  expect(allowed.output).toContain(`Allowed: ${changes[0]} (A title is a name now.)`);
  expect(allowed.code).toBe(0);
});
