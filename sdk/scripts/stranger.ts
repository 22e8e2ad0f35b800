/**
 * A stranger's program: makes an empty folder outside this repository, installs the packed package there, compiles
 * `examples/stranger.ts` with the strictest options, library declarations included, and runs it.
 *
 *   node scripts/stranger.ts [--url http://localhost:3000] [--email ada@example.com --password ...]
 *
 * Without `--email` an account is made first. The server may be the mock server: only the address differs.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { type Consumer, createConsumer, pack } from './consumer.ts';

export const STRICT = {
  target: 'es2022',
  module: 'nodenext',
  lib: ['es2023'],
  types: ['node'],
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noImplicitOverride: true,
  noPropertyAccessFromIndexSignature: true,
  verbatimModuleSyntax: true,
  skipLibCheck: false,
} as const;

/** Installs and compiles the program. */
export async function prepareStranger(archive: string): Promise<Consumer> {
  const consumer = await createConsumer(archive);
  consumer.link('@types/node', 'undici-types');
  consumer.write('tsconfig.json', JSON.stringify({ compilerOptions: STRICT, files: ['program.ts'] }));
  consumer.write('program.ts', readFileSync(join(import.meta.dirname, '../examples/stranger.ts'), 'utf8'));
  const complaints = await consumer.compile();
  if (complaints !== '') throw new Error(`The program does not compile:\n${complaints}`);
  return consumer;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      url: { type: 'string', default: 'http://localhost:3000' },
      email: { type: 'string' },
      password: { type: 'string', default: 'correct horse battery' },
    },
  });
  const { url, password, email = `stranger-${crypto.randomUUID()}@example.com` } = values;
  const folder = mkdtempSync(join(tmpdir(), 'taskpact-pack-'));
  const consumer = await prepareStranger(await pack(folder));
  try {
    // Only now, as it is built only now.
    const { Taskpact } = await import('@taskpact/sdk');
    if (values.email === undefined) await new Taskpact({ baseUrl: url }).auth.register({ email, password });
    const command = [join(consumer.folder, 'program.js'), url, email, password];
    const { stdout } = await promisify(execFile)(process.execPath, command, { cwd: consumer.folder });
    process.stdout.write(stdout);
  } finally {
    consumer.remove();
    rmSync(folder, { recursive: true });
  }
}

if (import.meta.main) await main();
