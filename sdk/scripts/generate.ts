/**
 * Writes what the client derives from openapi.yaml: `src/generated/resources.ts` and `api.md`.
 *
 *   node scripts/generate.ts            write them
 *   node scripts/generate.ts --check    write nothing; say which of them is not what it should be
 *
 * Exit code 0: done, or all is current. 1: something is not, or an operation has no name in methods.ts.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { writeApiMd } from './api-md.ts';
import { loadContract } from './contract.ts';
import { methods } from './methods.ts';
import { writeResources } from './resources.ts';
import { buildTree } from './tree.ts';

const root = dirname(import.meta.dirname);

/** As Biome would have it, so that the generated source reads and lints like the rest. */
function format(file: string, text: string): string {
  const manifest = createRequire(import.meta.url).resolve('@biomejs/biome/package.json');
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(dirname(manifest), 'bin/biome'), 'check', '--write', `--stdin-file-path=${file}`],
    { cwd: dirname(root), input: text, encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(`Biome can't format ${file}:\n${stderr}`);
  return stdout;
}

function main(): number {
  const contract = loadContract(join(dirname(root), 'openapi.yaml'));
  const tree = buildTree(contract.operations, methods);
  const wanted = {
    'src/generated/resources.ts': format('sdk/src/generated/resources.ts', writeResources(contract, tree)),
    'api.md': writeApiMd(contract, tree),
  };
  const isCheck = process.argv.includes('--check');
  let current = true;
  for (const [name, text] of Object.entries(wanted)) {
    const file = join(root, name);
    if (existsSync(file) && readFileSync(file, 'utf8') === text) continue;
    if (isCheck) console.error(`different: sdk/${name}`);
    else writeFileSync(file, text);
    current = false;
  }
  if (!isCheck || current) return 0;
  console.error('Run `npm run generate -w @taskpact/sdk` and commit the result.');
  return 1;
}

try {
  process.exitCode = main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
