/**
 * The scripts around the contract: that generated/ is what openapi.yaml gives, that drift is found and named, and what
 * they say on a machine without Java. Each test works on a copy of its own.
 */
import { execFile, spawnSync } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test as plainTest } from 'vitest';

const root = join(import.meta.dirname, '../..');

interface Outcome {
  code: number;
  stdout: string;
  stderr: string;
}

class Copy {
  readonly folder = mkdtempSync(join(tmpdir(), 'taskpact-toolchain-'));

  constructor() {
    const parts = ['package.json', 'openapi.yaml', 'openapitools.json', 'redocly.yaml', '.spectral.yaml'];
    for (const part of [...parts, 'scripts', 'generated']) {
      cpSync(join(root, part), join(this.folder, part), { recursive: true });
    }
    for (const part of ['node_modules', '.openapi-generator']) {
      if (existsSync(join(root, part))) symlinkSync(join(root, part), join(this.folder, part), 'junction');
    }
  }

  read = (file: string): string => readFileSync(join(this.folder, file), 'utf8');

  edit(file: string, from: string, to: string): void {
    const text = this.read(file);
    if (!text.includes(from)) throw new Error(`${file} has no "${from}" to edit`);
    writeFileSync(join(this.folder, file), text.replace(from, to));
  }

  run(script: string, args: string[] = [], env: NodeJS.ProcessEnv = process.env): Promise<Outcome> {
    return new Promise((resolve) => {
      execFile(
        process.execPath,
        [join(this.folder, 'scripts', script), ...args],
        { cwd: this.folder, env },
        (error, stdout, stderr) => resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
      );
    });
  }
}

const test = plainTest.extend<{ copy: Copy }>({
  // biome-ignore lint/correctness/noEmptyPattern: vitest wants a pattern here
  copy: async ({}, use) => {
    const copy = new Copy();
    await use(copy);
    rmSync(copy.folder, { recursive: true, force: true });
  },
});

const withoutJava: NodeJS.ProcessEnv = { ...process.env, PATH: join(root, 'no-such-folder') };
delete withoutJava.JAVA_HOME;

/** Why the client can't be generated here, or false. */
const noGenerator = (() => {
  if (spawnSync('java', ['-version']).error) return 'Java is not installed; the client was not generated';
  const { 'generator-cli': cli } = JSON.parse(readFileSync(join(root, 'openapitools.json'), 'utf8'));
  const jar = join(cli.storageDir, `${cli.version}.jar`);
  return existsSync(join(root, jar)) ? false : `${jar} is not there yet; run \`npm run generate\` once`;
})();

/** Changes what both generators write. */
const changeContract = (copy: Copy) =>
  copy.edit('openapi.yaml', 'summary: List tasks', 'summary: List all tasks');

describe.concurrent('generate', { timeout: 60_000 }, () => {
  test('--check finds the committed types to be those of openapi.yaml', async ({ copy, expect }) => {
    expect(await copy.run('generate.ts', ['--check', '--types-only'])).toEqual({
      code: 0,
      stdout: '',
      stderr: '',
    });
  });

  test('--check names types that have drifted', async ({ copy, expect }) => {
    changeContract(copy);
    const { code, stderr } = await copy.run('generate.ts', ['--check', '--types-only']);
    expect(code).toBe(1);
    expect(stderr).toContain('different: generated/openapi.d.ts\n');
    expect(stderr).toContain('npm run generate');
  });

  test('--types-only writes the types and leaves the client alone', async ({ copy, expect }) => {
    changeContract(copy);
    const client = copy.read('generated/client/apis/TasksApi.ts');
    expect(await copy.run('generate.ts', ['--types-only'])).toEqual({
      code: 0,
      stdout: 'wrote generated/openapi.d.ts\n',
      stderr: '',
    });
    expect(copy.read('generated/openapi.d.ts')).toContain('List all tasks');
    expect(copy.read('generated/client/apis/TasksApi.ts')).toBe(client);
  });

  test('refuses options that it does not know', async ({ copy, expect }) => {
    const { code, stderr } = await copy.run('generate.ts', ['--chekc']);
    expect(code).toBe(1);
    expect(stderr).toContain('--chekc');
  });
});

describe.concurrent('generate, where the client can be generated', { timeout: 60_000 }, () => {
  // Damage to the client alone: that nothing else is named also says that what is committed is what openapi.yaml gives.
  const damage = (copy: Copy): void => {
    appendFileSync(join(copy.folder, 'generated/client/runtime.ts'), '// edited by hand\n');
    rmSync(join(copy.folder, 'generated/client/models/index.ts'));
    writeFileSync(join(copy.folder, 'generated/client/apis/OldApi.ts'), '// from an earlier contract\n');
  };

  test('--check names every file that is not what openapi.yaml gives', async ({ copy, expect, skip }) => {
    if (noGenerator) skip(noGenerator);
    damage(copy);
    const { code, stdout, stderr } = await copy.run('generate.ts', ['--check']);
    expect(stderr.split('\n')).toEqual([
      'missing: generated/client/models/index.ts',
      'different: generated/client/runtime.ts',
      'stale: generated/client/apis/OldApi.ts',
      'generated/ is not what openapi.yaml gives: run `npm run generate` and commit the result.',
      '',
    ]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  });

  test('puts those files right, and touches no other', async ({ copy, expect, skip }) => {
    if (noGenerator) skip(noGenerator);
    damage(copy);
    expect(await copy.run('generate.ts')).toEqual({
      code: 0,
      stdout: [
        'wrote generated/client/models/index.ts',
        'wrote generated/client/runtime.ts',
        'removed generated/client/apis/OldApi.ts',
        '',
      ].join('\n'),
      stderr: '',
    });
    for (const file of ['generated/client/models/index.ts', 'generated/client/runtime.ts']) {
      expect(copy.read(file)).toBe(readFileSync(join(root, file), 'utf8'));
    }
  });
});

describe.concurrent('generate, with another jar than the expected one', { timeout: 60_000 }, () => {
  test('does not run it, and says which it wants', async ({ copy, expect, skip }) => {
    if (spawnSync('java', ['-version']).error) skip('Java is not installed; nothing would run the jar');
    copy.edit('openapitools.json', '"storageDir": ".openapi-generator"', '"storageDir": "jars"');
    const { version, sha256 } = JSON.parse(copy.read('openapitools.json'))['generator-cli'];
    mkdirSync(join(copy.folder, 'jars'));
    writeFileSync(join(copy.folder, 'jars', `${version}.jar`), 'not a jar');
    const { code, stderr } = await copy.run('generate.ts');
    expect(code).toBe(1);
    expect(stderr).toMatch(/is not the expected one: its SHA-256 is [0-9a-f]{64}.*It was not run/);
    expect(stderr).toContain(sha256);
  });
});

describe.concurrent('generate, without Java', { timeout: 60_000 }, () => {
  test('--check goes by the recorded hashes, and says so', async ({ copy, expect }) => {
    const { code, stderr } = await copy.run('generate.ts', ['--check'], withoutJava);
    expect(stderr).toMatch(/client compared by hash only, and current: Java 11\+ not found\. Install/);
    expect(code).toBe(0);
  });

  test('--check fails when the contract has changed since', async ({ copy, expect }) => {
    changeContract(copy);
    const { code, stderr } = await copy.run('generate.ts', ['--check'], withoutJava);
    expect(code).toBe(1);
    expect(stderr).toMatch(/client NOT checked: Java 11\+ not found/);
    expect(stderr).toContain('Changed since it was generated: openapi.yaml\n');
  });

  test('--check fails when the client was edited by hand', async ({ copy, expect }) => {
    appendFileSync(join(copy.folder, 'generated/client/runtime.ts'), '// edited by hand\n');
    writeFileSync(join(copy.folder, 'generated/client/extra.ts'), '');
    const { code, stderr } = await copy.run('generate.ts', ['--check'], withoutJava);
    expect(code).toBe(1);
    expect(stderr).toContain(
      'Changed since it was generated: generated/client/extra.ts, generated/client/runtime.ts\n',
    );
  });

  test('writes the types and exits with 2, because the client is out of date now', async ({
    copy,
    expect,
  }) => {
    changeContract(copy);
    const { code, stdout, stderr } = await copy.run('generate.ts', [], withoutJava);
    expect(code).toBe(2);
    expect(stdout).toBe('wrote generated/openapi.d.ts\n');
    expect(stderr).toMatch(/^types written; client NOT regenerated: Java 11\+ not found/);
    expect(copy.read('generated/openapi.d.ts')).toContain('List all tasks');
  });

  test('is content when there is nothing to regenerate', async ({ copy, expect }) => {
    const { code, stdout } = await copy.run('generate.ts', [], withoutJava);
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
  });
});

describe.concurrent('lint-contract', { timeout: 180_000 }, () => {
  // Exactly one finding of each, so everything else about the contract is as the linters want it.
  test('fails with the findings of both linters, and of nothing else', async ({ copy, expect }) => {
    copy.edit('openapi.yaml', '      summary: List tasks\n', '');
    copy.edit('openapi.yaml', 'security:\n        - bearerAuth: [profile:write]\n', 'security: []\n');
    const { code, stdout, stderr } = await copy.run('lint-contract.ts');
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('operation-summary');
    expect(stderr).toContain('failed with 1 error.');
    expect(stderr).toContain('owasp:api2:2023-write-restricted');
    expect(stderr).toContain('1 problem (1 error, 0 warnings');
  });
});
