/**
 * Writes what is derived from openapi.yaml: `generated/openapi.d.ts` and `generated/client/`.
 *
 *   node scripts/generate.ts                 write both
 *   node scripts/generate.ts --types-only    write the types only
 *   node scripts/generate.ts --check         write nothing; say which files differ from what would be written
 *
 * Exit code 0: done, or nothing differs. 1: something differs, or a generator failed. 2: the types are written, but the
 * client is out of date and could not be regenerated.
 *
 * The client needs Java, and its generator once needs the network. Both are needed to regenerate it, never to build, test
 * or run. `generated/client.sha256` (the format of sha256sum) records what the client was made from and what came out, so
 * that it can be told without Java whether the client is current.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, relative, sep } from 'node:path';
import { parseArgs } from 'node:util';
import openapiTypescript, { astToString, type OpenAPI3, type ResponseObject } from 'openapi-typescript';
import { parse } from 'yaml';
import { ensureJar, MissingJar } from './generator-jar.ts';

/** Contents by path; paths are relative to the root of the repository and written with slashes. */
type Files = ReadonlyMap<string, string>;

/** What this script needs of openapitools.json. */
interface GeneratorConfig {
  'generator-cli': {
    version: string;
    /** Of the jar. */
    sha256: string;
    storageDir: string;
    generators: { client: { inputSpec: string; output: string } };
  };
}

const root = dirname(import.meta.dirname);
const contract = 'openapi.yaml';
const generatorConfig = 'openapitools.json';
const typesFile = 'generated/openapi.d.ts';
const clientFolder = 'generated/client';
const clientHashes = 'generated/client.sha256';

const typesHeader = `/**
 * Generated from openapi.yaml by \`npm run generate\` (openapi-typescript). Do not edit.
 */

`;

/** Something that is needed to generate the client is not on this machine. */
class MissingTool extends Error {}

const read = (file: string): string => readFileSync(join(root, file), 'utf8');

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

function filesBelow(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort();
}

function committed(paths: readonly string[]): Files {
  return new Map(paths.filter((path) => existsSync(join(root, path))).map((path) => [path, read(path)]));
}

const committedClient = (): Files =>
  committed(filesBelow(join(root, clientFolder)).map((f) => `${clientFolder}/${f}`));

function hashesOf(client: Files): string {
  const inputs = [contract, generatorConfig].map((path) => [path, read(path)] as const);
  return [...inputs, ...client].map(([path, text]) => `${sha256(text)}  ${path}\n`).join('');
}

async function generateTypes(): Promise<Files> {
  const document = withHeadersInPlace(parse(readFileSync(join(root, contract), 'utf8')));
  const ast = await openapiTypescript(document);
  return new Map([[typesFile, typesHeader + astToString(ast)]]);
}

/** openapi-typescript takes a referenced header for a required one; so the references are replaced by what they mean. */
function withHeadersInPlace(document: OpenAPI3): OpenAPI3 {
  const operations = Object.values(document.paths ?? {}).flatMap((item) => Object.values(item));
  const inline = operations.flatMap(({ responses }) => Object.values<ResponseObject>(responses ?? {}));
  const shared = Object.values(document.components?.responses ?? {}) as ResponseObject[];
  for (const { headers = {} } of [...inline, ...shared]) {
    for (const [name, header] of Object.entries(headers)) {
      const { $ref = '' } = header as { $ref?: string };
      const meant = document.components?.headers?.[$ref.replace('#/components/headers/', '')];
      if (meant !== undefined) headers[name] = meant;
    }
  }
  return document;
}

function environmentWithJava(): NodeJS.ProcessEnv {
  const { JAVA_HOME: home, PATH: path } = process.env;
  const env = { ...process.env, PATH: [home && join(home, 'bin'), path].filter(Boolean).join(delimiter) };
  const { stderr, error } = spawnSync('java', ['-version'], { env, encoding: 'utf8' });
  if (error)
    throw new MissingTool(
      'Java 11+ not found. Install a JDK or JRE and put `java` on the PATH, or set JAVA_HOME.',
    );
  const [, first, second] = /version "(\d+)(?:\.(\d+))?/.exec(stderr) ?? [];
  const major = Number(first === '1' ? second : first);
  if (major < 11) throw new MissingTool(`Java 11+ not found: the \`java\` on the PATH is Java ${major}.`);
  return env;
}

async function generateClient(): Promise<Files> {
  const env = environmentWithJava();
  const scratch = mkdtempSync(join(tmpdir(), 'taskpact-client-'));
  try {
    // The configuration as it is committed, but with absolute paths, and writing to the scratch folder.
    const config: GeneratorConfig = JSON.parse(read(generatorConfig));
    const cli = config['generator-cli'];
    const jar = join(cli.storageDir, `${cli.version}.jar`);
    cli.storageDir = join(root, cli.storageDir);
    await ensureJar({ ...cli, path: join(root, jar) }).catch((error: unknown) => {
      if (!(error instanceof MissingJar)) throw error;
      throw new MissingTool(
        `the generator could not be fetched (${error.message}). Run this once with access to Maven Central, or put the ` +
          `jar of org.openapitools:openapi-generator-cli:${cli.version} at ${jar}.`,
      );
    });
    cli.generators.client.inputSpec = join(root, contract);
    cli.generators.client.output = join(scratch, 'client');
    writeFileSync(join(scratch, generatorConfig), JSON.stringify(config));

    const wrapper = join(
      dirname(createRequire(import.meta.url).resolve('@openapitools/openapi-generator-cli/package.json')),
      'main.js',
    );
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [wrapper, 'generate', '--openapitools', join(scratch, generatorConfig), '--generator-key', 'client'],
      {
        cwd: scratch,
        // The wrapper takes PWD, not the working directory, for where it is. Without the optimising compiler, which such
        // short runs are not worth, Java takes two thirds of the time.
        env: { JAVA_OPTS: '-XX:TieredStopAtLevel=1', ...env, PWD: scratch },
        encoding: 'utf8',
      },
    );
    if (status !== 0) throw new Error(`The client generator failed:\n${stdout}${stderr}`);

    const output = filesBelow(join(scratch, 'client'));
    const client = new Map(
      output.map((f) => [`${clientFolder}/${f}`, readFileSync(join(scratch, 'client', f), 'utf8')]),
    );
    return new Map([...client, [clientHashes, hashesOf(client)]]);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Paths that differ, each with how it does. */
function compare(wanted: Files, present: Files): Map<string, 'missing' | 'stale' | 'different'> {
  const found = new Map<string, 'missing' | 'stale' | 'different'>();
  for (const [path, text] of wanted) {
    if (!present.has(path)) found.set(path, 'missing');
    else if (present.get(path) !== text) found.set(path, 'different');
  }
  for (const path of present.keys()) if (!wanted.has(path)) found.set(path, 'stale');
  return found;
}

function report(wanted: Files, present: Files): boolean {
  const found = compare(wanted, present);
  for (const [path, how] of found) console.error(`${how}: ${path}`);
  return found.size === 0;
}

function write(wanted: Files, present: Files): boolean {
  for (const [path, how] of compare(wanted, present)) {
    if (how === 'stale') {
      rmSync(join(root, path));
    } else {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), wanted.get(path) ?? '');
    }
    console.log(`${how === 'stale' ? 'removed' : 'wrote'} ${path}`);
  }
  return true;
}

/** Without the generator: what has changed since it last ran, its inputs and its output, as far as hashes can tell. */
function changedSinceGenerated(): string[] {
  const recorded = committed([clientHashes]).get(clientHashes) ?? '';
  const then = recorded.split('\n');
  const now = hashesOf(committedClient()).split('\n');
  const changed = [
    ...then.filter((line) => !now.includes(line)),
    ...now.filter((line) => !then.includes(line)),
  ];
  return [...new Set(changed.map((line) => line.replace(/^\S+ +/, '')))].sort();
}

async function main(): Promise<number> {
  const { values: options } = parseArgs({
    options: {
      check: { type: 'boolean', default: false },
      'types-only': { type: 'boolean', default: false },
    },
  });
  const apply = options.check ? report : write;

  let good = apply(await generateTypes(), committed([typesFile]));
  if (!options['types-only']) {
    try {
      const client = await generateClient();
      good = apply(client, new Map([...committedClient(), ...committed([clientHashes])])) && good;
    } catch (error) {
      if (!(error instanceof MissingTool)) throw error;
      const done = options.check ? 'types checked' : 'types written';
      const changed = changedSinceGenerated();
      if (changed.length === 0) {
        console.error(`${done}; client compared by hash only, and current: ${error.message}`);
      } else {
        console.error(`${done}; client NOT ${options.check ? 'checked' : 'regenerated'}: ${error.message}`);
        console.error(`Changed since it was generated: ${changed.join(', ')}`);
        if (!options.check) return 2;
        good = false;
      }
    }
  }
  if (!good)
    console.error('generated/ is not what openapi.yaml gives: run `npm run generate` and commit the result.');
  return good ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
