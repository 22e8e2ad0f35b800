/** The gate as it is called: in a repository with releases, with what has been allowed. */
import { execFile, spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test as plainTest } from 'vitest';

const root = join(import.meta.dirname, '../..');
const script = join(root, 'scripts/check-breaking.ts');

interface Outcome {
  readonly code: number;
  readonly output: string;
}

/** A repository with the contract and an empty allow-list, not yet released. */
class Repository {
  readonly folder = mkdtempSync(join(tmpdir(), 'taskpact-breaking-'));

  constructor() {
    copyFileSync(join(root, 'openapi.yaml'), join(this.folder, 'openapi.yaml'));
    this.allow('since: null\nallow: []\n');
    this.git('init', '-q');
    this.commit();
  }

  git(...args: string[]): void {
    const identity = [
      '-c',
      'user.name=Test',
      '-c',
      'user.email=test@example.com',
      '-c',
      'commit.gpgsign=false',
    ];
    const { status, stderr } = spawnSync('git', [...identity, ...args], {
      cwd: this.folder,
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`git ${args[0]}: ${stderr}`);
  }

  commit(): void {
    this.git('add', '-A');
    this.git('commit', '-q', '--allow-empty', '-m', 'A change');
  }

  release(tag: string): void {
    this.commit();
    this.git('tag', tag);
  }

  edit(from: string, to: string): void {
    const path = join(this.folder, 'openapi.yaml');
    const text = readFileSync(path, 'utf8');
    if (!text.includes(from)) throw new Error(`openapi.yaml has no "${from}" to edit`);
    writeFileSync(path, text.replace(from, to));
  }

  allow(text: string): void {
    writeFileSync(join(this.folder, 'contract-changes.allow.yaml'), text);
  }

  check(...args: string[]): Promise<Outcome> {
    return new Promise((resolve) => {
      execFile(process.execPath, [script, ...args], { cwd: this.folder }, (error, stdout, stderr) =>
        resolve({ code: error === null ? 0 : Number(error.code), output: stdout + stderr }),
      );
    });
  }
}

const test = plainTest.extend<{ repository: Repository }>({
  // biome-ignore lint/correctness/noEmptyPattern: vitest wants a pattern here
  repository: async ({}, use) => {
    const repository = new Repository();
    await use(repository);
    rmSync(repository.folder, { recursive: true });
  },
});

const REMOVE_FIELD = ['        updated_at: { $ref: ', '        changed_at: { $ref: '] as const;
const REMOVED = 'components/schemas/User/properties/updated_at in responses: removed';
const allowed = (since: string, ...changes: string[]): string =>
  [
    `since: ${since}`,
    'allow:',
    ...changes.flatMap((change) => [`  - change: '${change}'`, '    reason: Agreed.']),
    '',
  ].join('\n');

describe('the gate', { timeout: 60_000, concurrent: true }, () => {
  test('compares nothing before the first release, and says so', async ({ repository, expect }) => {
    repository.edit(...REMOVE_FIELD);
    const { code, output } = await repository.check();
    expect(code).toBe(0);
    expect(output).toContain('There is no release yet');
  });

  test('lets the contract of the release through, and what only adds to it', async ({
    repository,
    expect,
  }) => {
    repository.release('v1.0.0');
    repository.edit(
      'enum: [none, low, medium, high, urgent]',
      'enum: [none, low, medium, high, urgent, someday]',
    );
    const { code, output } = await repository.check();
    expect(code).toBe(0);
    expect(output).toBe(
      'Changes that clients may notice:\n' +
        '  components/schemas/TaskPriority/enum in responses: added "someday"\n' +
        'The contract breaks nothing of v1.0.0.\n',
    );
  });

  test.for([
    ['an operation', '    delete:\n', '    x-delete:\n', 'DELETE /api/v1/me: removed'],
    ['a status', "        '304': {", "        '303': {", 'responses/304: removed'],
    ['a field of an answer', ...REMOVE_FIELD, REMOVED],
    ['a value of a request', 'medium, high, urgent]', 'medium, high]', 'enum in requests: removed "urgent"'],
    [
      'a limit',
      'maxLength: 200\n      pattern',
      'maxLength: 20\n      pattern',
      'maxLength in requests: 200 became 20',
    ],
    ['a type', "type: [integer, 'null']", "type: [string, 'null']", '"integer|null" became "null|string"'],
    [
      'a required field',
      'required: [title]',
      'required: [title, status]',
      'required in requests: added "status"',
    ],
    ['a scope', 'bearerAuth: [tasks:read]', 'bearerAuth: [tasks:read, tasks:all]', 'security: wants'],
    ['a name', 'operationId: getMe', 'operationId: readMe', 'operationId: "getMe" became "readMe"'],
  ] as const)('finds that %s has changed', async ([_, from, to, change], { repository, expect }) => {
    repository.release('v1.0.0');
    repository.edit(from, to);
    const { code, output } = await repository.check();
    expect(code).toBe(1);
    expect(output).toContain('BREAKING:\n');
    expect(output).toContain(change);
  });

  test('compares with the newest release only', async ({ repository, expect }) => {
    repository.release('v1.0.0');
    repository.edit(...REMOVE_FIELD);
    repository.release('v2.0.0');
    repository.git('tag', 'other-3.0.0');
    expect((await repository.check()).code).toBe(0);
    expect((await repository.check('--against', 'v1.0.0')).code).toBe(1);
  });

  test('lets through what is allowed, with its reason', async ({ repository, expect }) => {
    repository.release('v1.0.0');
    repository.edit(...REMOVE_FIELD);
    const changes = (await repository.check()).output.match(/(?<=^ {2})components.*$/gm) ?? [];
    repository.allow(allowed('v1.0.0', ...changes));
    const { code, output } = await repository.check();
    expect(code).toBe(0);
    expect(output).toContain(`${REMOVED} (Agreed.)`);
  });

  test('refuses an entry that allows nothing', async ({ repository, expect }) => {
    repository.release('v1.0.0');
    repository.allow(allowed('v1.0.0', REMOVED));
    const { code, output } = await repository.check();
    expect(code).toBe(1);
    expect(output).toBe(`Allowed in contract-changes.allow.yaml, but not there:\n  ${REMOVED}\n`);
  });

  test('ignores what was allowed for an earlier release', async ({ repository, expect }) => {
    repository.release('v1.0.0');
    repository.allow(allowed('v1.0.0', REMOVED));
    repository.release('v2.0.0');
    expect((await repository.check()).code).toBe(0);
    repository.edit(...REMOVE_FIELD);
    expect((await repository.check()).code).toBe(1);
  });

  test.for([
    ['no reason', `since: v1.0.0\nallow: [{ change: x }]\n`, /the reason why it is allowed/],
    ['a field too many', `since: v1.0.0\nallow: []\nuntil: v2.0.0\n`, /a field that nobody reads: until/],
    ['no release', `allow: []\n`, /since must be a tag/],
    ['no list', `since: v1.0.0\nallow: x\n`, /allow must be a list/],
    ['one entry twice', allowed('v1.0.0', 'x', 'x'), /allows this twice: x/],
  ] as const)('refuses an allow-list with %s', async ([_, text, message], { repository, expect }) => {
    repository.release('v1.0.0');
    repository.allow(text);
    const { code, output } = await repository.check();
    expect(code).toBe(1);
    expect(output).toMatch(message);
  });

  test('does not take a shallow clone for a repository without releases', async ({ repository, expect }) => {
    repository.release('v1.0.0');
    repository.commit();
    repository.git('clone', '-q', '--depth', '1', '--no-tags', `file://${repository.folder}`, 'shallow');
    const { code, output } = await repository.check.call({ folder: join(repository.folder, 'shallow') });
    expect(code).toBe(1);
    expect(output).toContain('This clone is shallow');
  });
});
