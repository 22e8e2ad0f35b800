/**
 * Lints openapi.yaml with Redocly (redocly.yaml) and Spectral (.spectral.yaml). Says nothing but the findings; any finding
 * fails. Works without network.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const root = dirname(import.meta.dirname);
const require = createRequire(import.meta.url);

const linters = [
  { package: '@redocly/cli', bin: 'redocly', args: ['lint', 'openapi.yaml', '--lint-config=error'] },
  {
    package: '@stoplight/spectral-cli',
    bin: 'spectral',
    args: ['lint', 'openapi.yaml', '--ruleset=.spectral.yaml', '--fail-severity=hint'],
  },
];

for (const linter of linters) {
  const manifest = require.resolve(`${linter.package}/package.json`);
  const { bin }: { bin: Record<string, string> } = JSON.parse(readFileSync(manifest, 'utf8'));
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(dirname(manifest), bin[linter.bin] ?? ''), ...linter.args],
    {
      cwd: root,
      encoding: 'utf8',
      env: { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' },
    },
  );
  if (status === 0) continue;
  process.exitCode = 1;
  console.error(`${linter.bin}:\n${stdout}${stderr}`);
}
