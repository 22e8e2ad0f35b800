/** The client generator is a jar that Java runs with our rights, so nothing is run whose hash is not the expected one. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';

/** The jar is not on this machine and could not be fetched. */
export class MissingJar extends Error {}

export interface ExpectedJar {
  /** Where it is kept, absolute. */
  readonly path: string;
  readonly version: string;
  /** In hexadecimal. */
  readonly sha256: string;
}

/**
 * Leaves the jar at its path, fetched if it is not there yet.
 *
 * @throws MissingJar
 * @throws Error when what is there, or what came, has another hash
 */
export async function ensureJar({ path, version, sha256 }: ExpectedJar): Promise<void> {
  const isThere = existsSync(path);
  const content = isThere ? readFileSync(path) : await fetchJar(version);
  const actual = createHash('sha256').update(content).digest('hex');
  if (actual !== sha256) {
    throw new Error(
      `The generator ${isThere ? `at ${path}` : 'that was fetched'} is not the expected one: its SHA-256 is ${actual}, ` +
        `and openapitools.json says ${sha256}. It was not run.`,
    );
  }
  if (isThere) return;
  mkdirSync(dirname(path), { recursive: true });
  // Under its name only when it is whole.
  writeFileSync(`${path}.part`, content);
  renameSync(`${path}.part`, path);
}

async function fetchJar(version: string): Promise<Buffer> {
  try {
    const response = await fetch(addressOf(version), { signal: AbortSignal.timeout(300_000) });
    if (!response.ok) throw new Error(`the answer was ${response.status}`);
    return Buffer.from(await response.arrayBuffer());
  } catch (error) {
    throw new MissingJar(String((error as Error).cause ?? (error as Error).message), { cause: error });
  }
}

/** Where the npm package of the generator would fetch it from. */
function addressOf(version: string): string {
  const schema = createRequire(import.meta.url)('@openapitools/openapi-generator-cli/config.schema.json');
  const template: string = schema.properties['generator-cli'].properties.repository.downloadUrl.default;
  const values: Record<string, string> = {
    groupId: 'org/openapitools',
    artifactId: 'openapi-generator-cli',
    versionName: version,
  };
  return template.replaceAll(/\$\{(\w+)\}/g, (_, name: string) => values[name] ?? '');
}
