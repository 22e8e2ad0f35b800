/**
 * Compiles the SDK's tests and examples of the last release against the types of this SDK as they are built. What no longer
 * compiles is what users of the SDK would have to change, too.
 *
 *   node scripts/check-sdk-compat.ts                       the newest tag v* that this commit descends from
 *   node scripts/check-sdk-compat.ts --against <commit>    that one
 *
 * Tests that reach into the SDK's inner parts are left out, as no user can do so. What has been decided on stands in
 * sdk/compat.allow.yaml. Exit code 0: all compiles, or there is no release yet. 1: it does not, an entry of the file allows
 * nothing, or the comparison is not possible.
 */
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, relative, sep } from 'node:path';
import { parseArgs } from 'node:util';
import ts from 'typescript';
import { applyAllowList, parseAllowList } from './breaking/allow-list.ts';
import { git, lastRelease } from './breaking/release.ts';

const ALLOW_LIST = 'sdk/compat.allow.yaml';
const require = createRequire(import.meta.url);
const installed = dirname(dirname(require.resolve('typescript/package.json')));

/** `@ts-expect-error` without an error: something has become possible, which breaks nobody. */
const UNUSED_EXPECTATION = 2578;

function run(command: string, args: readonly string[], input?: Buffer): Buffer {
  const { status, stdout, stderr, error } = spawnSync(command, args, { input, maxBuffer: 2 ** 28 });
  if (error !== undefined) throw new Error(`${command} can't be run: ${error.message}`);
  if (status !== 0) throw new Error(`${command} ${args[0]} failed:\n${stdout}${stderr}`);
  return stdout;
}

/** All that was there at the commit, with this SDK's types in the place of its own. */
function layOut(commit: string, folder: string): void {
  run('tar', ['-x', '-C', folder], run('git', ['archive', '--format=tar', commit]));
  if (!existsSync(join(folder, 'sdk/tests'))) throw new Error(`There is no SDK at ${commit}.`);
  symlinkSync(installed, join(folder, 'node_modules'), 'junction');
  const built = join(folder, 'built');
  const tsdown = join(installed, 'tsdown/dist/run.mjs');
  mkdirSync(built);
  // tsdown takes its configuration from where it is run.
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [tsdown, '--out-dir', built, '--log-level', 'error'],
    { cwd: join(process.cwd(), 'sdk'), encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(`The SDK can't be built:\n${stdout}${stderr}`);
  const source = join(folder, 'sdk/src');
  cpSync(join(built, 'index.d.mts'), join(source, 'built.d.mts'));
  writeFileSync(join(source, 'index.ts'), "export * from './built.mjs';\n");
}

interface Outcome {
  /** How many files use nothing but what users can use. */
  readonly checked: number;
  readonly complaints: readonly string[];
}

function compile(folder: string): Outcome {
  const tests = join(folder, 'sdk/tests');
  const { config, error } = ts.readConfigFile(join(tests, 'tsconfig.json'), ts.sys.readFile);
  if (error !== undefined) throw new Error(ts.flattenDiagnosticMessageText(error.messageText, '\n'));
  const { fileNames, options } = ts.parseJsonConfigFileContent(config, ts.sys, tests);
  const program = ts.createProgram(fileNames, { ...options, noEmit: true });
  const inner = reachInside(program, join(folder, 'sdk/src'));
  const files = program.getSourceFiles().filter((file) => {
    const [, part] = relative(folder, file.fileName).split(sep);
    return (
      file.fileName.startsWith(join(folder, 'sdk')) &&
      /^(tests|examples)$/.test(part ?? '') &&
      !inner.has(file)
    );
  });
  const complaints = files.flatMap((file) =>
    program
      .getSemanticDiagnostics(file)
      .filter(({ code }) => code !== UNUSED_EXPECTATION)
      .map(({ start = 0, messageText }) => {
        const { line } = file.getLineAndCharacterOfPosition(start);
        const [message] = ts.flattenDiagnosticMessageText(messageText, '\n').split('\n');
        return `${relative(folder, file.fileName).replaceAll(sep, '/')}:${line + 1}: ${message}`;
      }),
  );
  return { checked: files.length, complaints: [...new Set(complaints)] };
}

/** Files that import a part of the SDK which is not its index, be it by way of others. */
function reachInside(program: ts.Program, source: string): ReadonlySet<ts.SourceFile> {
  const index = [join(source, 'index.ts'), join(source, 'built.d.mts')];
  const options = program.getCompilerOptions();
  const imports = (file: ts.SourceFile): string[] =>
    ts
      .preProcessFile(file.text)
      .importedFiles.flatMap(
        ({ fileName }) =>
          ts.resolveModuleName(fileName, file.fileName, options, ts.sys).resolvedModule?.resolvedFileName ??
          [],
      );
  const own = program.getSourceFiles().filter(({ fileName }) => fileName.startsWith(dirname(source)));
  const inner = new Set(
    own.filter(({ fileName }) => fileName.startsWith(source) && !index.includes(fileName)),
  );
  for (let size = -1; size !== inner.size; ) {
    size = inner.size;
    const names = new Set([...inner].map(({ fileName }) => fileName));
    for (const file of own) {
      if (!index.includes(file.fileName) && imports(file).some((name) => names.has(name))) inner.add(file);
    }
  }
  return inner;
}

function main(): boolean {
  const { values } = parseArgs({ options: { against: { type: 'string' } } });
  const since = values.against ?? lastRelease();
  if (since === undefined) {
    console.log('There is no release yet (no tag v*): no users of an older SDK whose programs could break.');
    return true;
  }
  if (!git('rev-parse', '--verify', '--quiet', `${since}^{commit}`).ok)
    throw new Error(`There is no ${since}.`);
  const list = parseAllowList(readFileSync(ALLOW_LIST, 'utf8'), ALLOW_LIST);
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'taskpact-compat-')));
  try {
    layOut(since, folder);
    const { checked, complaints } = compile(folder);
    const findings = complaints.map((change) => ({ change, verdict: 'breaking' as const }));
    const { refused, allowed, unused } = applyAllowList(findings, list, since);
    for (const { change, reason } of allowed) console.log(`Allowed: ${change} (${reason})`);
    for (const { change } of refused) console.log(`BREAKING: ${change}`);
    for (const { change } of unused) console.log(`Allowed in ${ALLOW_LIST}, but not there: ${change}`);
    console.log(
      `${checked} tests and examples of ${since} compiled against this SDK: ${refused.length} complaints.`,
    );
    return refused.length === 0 && unused.length === 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

try {
  process.exitCode = main() ? 0 : 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
