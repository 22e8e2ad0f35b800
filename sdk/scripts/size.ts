/**
 * Weighs the built package as a bundler leaves it: minified by esbuild, gzip -9.
 *
 *   node scripts/size.ts    print the figures
 */
import { dirname } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

/** What somebody imports, what README.md calls it, and how many bytes it may weigh. */
export const budgets = {
  /** Everything. */
  full: {
    figure: 'Everything, bundled by esbuild, minified, gzip -9',
    source: "export * from '@taskpact/sdk';",
    limit: 15_000,
  },
  client: {
    figure: '`Taskpact` alone',
    source: "export { Taskpact } from '@taskpact/sdk';",
    limit: 14_000,
  },
  /** For code that handles what other code calls. */
  errors: {
    figure: 'All error classes and guards alone',
    source: `export {
      AbortError, ApiError, BadRequestError, ConflictError, ConnectionError, ForbiddenError, InvalidResponseError,
      NotFoundError, PayloadTooLargeError, PreconditionFailedError, RateLimitError, ServerError, TaskpactError,
      TimeoutError, UnauthenticatedError, UnsupportedMediaTypeError, ValidationError, hasCode, isTaskpactError,
    } from '@taskpact/sdk';`,
    limit: 2_000,
  },
} as const;

/**
 * Bytes that a bundle takes, minified and gzipped.
 *
 * @param folder where the package can be imported
 */
export async function weigh(source: string, folder: string): Promise<number> {
  const { outputFiles } = await build({
    stdin: { contents: source, resolveDir: folder },
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
  });
  return outputFiles.reduce((sum, { contents }) => sum + gzipSync(contents, { level: 9 }).length, 0);
}

if (import.meta.main) {
  for (const [name, { source, limit }] of Object.entries(budgets)) {
    const bytes = await weigh(source, dirname(import.meta.dirname));
    console.log(`${name.padEnd(8)} ${bytes} bytes of ${limit}`);
    if (bytes > limit) process.exitCode = 1;
  }
}
