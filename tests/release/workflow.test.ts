/** The release workflow: who may do what, and that its publishing step does what it says, with npm replaced. */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';

interface Job {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly environment?: string;
  readonly needs?: string;
  readonly steps: readonly { readonly name?: string; readonly uses?: string; readonly run?: string }[];
}

const path = join(import.meta.dirname, '../../.github/workflows/release.yml');
const { permissions, jobs } = parse(readFileSync(path, 'utf8')) as {
  permissions: object;
  jobs: Readonly<Record<'check' | 'prepare' | 'publish', Job>>;
};

describe('the release workflow', () => {
  test('gives each job what it needs, and no more', () => {
    expect(permissions).toEqual({});
    expect(Object.fromEntries(Object.entries(jobs).map(([name, job]) => [name, job.permissions]))).toEqual({
      check: { contents: 'read' },
      prepare: { contents: 'write', 'pull-requests': 'write' },
      publish: { contents: 'write', 'id-token': 'write' },
    });
  });

  test('publishes after all checks, from an environment, without any code of this repository', () => {
    expect(jobs.check.steps.map(({ run }) => run)).toContain('.ci/run');
    expect(jobs.publish).toMatchObject({ needs: 'check', environment: 'npm' });
    const actions = jobs.publish.steps.flatMap(({ uses }) => uses ?? []);
    expect(actions.filter((name) => !/^actions\/(download-artifact|setup-node)@/.test(name))).toEqual([]);
    expect(jobs.publish.steps.filter(({ run = '' }) => /npm (ci|install|run)|npx/.test(run))).toEqual([]);
  });
});

describe.skipIf(process.platform === 'win32')('its publishing step (in bash, so not on Windows)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'taskpact-publish-'));
  const { run = '' } = jobs.publish.steps.find(({ name }) => name?.startsWith('Publish')) ?? {};

  /** An npm that knows one package already, and notes what it is told to publish. */
  const npm = `#!/bin/sh
case "$1 $2" in
  'view taskpact@1.2.3') echo 1.2.3 ;;
  view*) exit 1 ;;
  *) echo "$@" >>"${folder}/calls" ;;
esac
`;

  beforeAll(() => {
    for (const [file, name] of [
      ['taskpact-1.2.3', 'taskpact'],
      ['taskpact-sdk-1.2.3', '@taskpact/sdk'],
    ] as const) {
      mkdirSync(join(folder, 'package'), { recursive: true });
      mkdirSync(join(folder, 'packages'), { recursive: true });
      writeFileSync(join(folder, 'package/package.json'), JSON.stringify({ name, version: '1.2.3' }));
      const args = ['-czf', `packages/${file}.tgz`, 'package'];
      expect(spawnSync('tar', args, { cwd: folder }).status).toBe(0);
    }
    mkdirSync(join(folder, 'bin'));
    writeFileSync(join(folder, 'bin/npm'), npm);
    chmodSync(join(folder, 'bin/npm'), 0o755);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test('publishes what is not there yet, and leaves the rest alone', () => {
    const PATH = [join(folder, 'bin'), dirname(process.execPath), process.env.PATH].join(delimiter);
    const { status, stdout } = spawnSync('bash', ['-e', '-c', run], {
      cwd: folder,
      encoding: 'utf8',
      env: { ...process.env, PATH },
    });
    expect({ status, stdout }).toEqual({ status: 0, stdout: 'taskpact@1.2.3 is there already\n' });
    expect(readFileSync(join(folder, 'calls'), 'utf8')).toBe(
      'publish ./packages/taskpact-sdk-1.2.3.tgz --access public --provenance\n',
    );
  });
});
