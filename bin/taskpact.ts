#!/usr/bin/env node
import { createRequire } from 'node:module';

const HELP = `Usage: taskpact [command]

  start                         start the server (what happens without a command)
  migrate [up|status|down]      bring the database to the schema of this version, or say what is missing
  backup <file>                 save the database to a file, while the server runs
  restore <file>                fill an empty database from it
  distribute                    spread the database over the machines of a Citus cluster; nothing without one
  jobs [list|retry|discard]     show what is in the queues, and deal with what has failed for good
  admin create --email …        make the first admin; --name, --promote, --password-stdin, --force: see docs/administration.md
  --help                        this text
  --version                     the version

Settings are environment variables, or lines of a file .env; none has to be set. Without DATABASE_URL a PostgreSQL of its
own runs, with its data in .data.
`;

interface Manifest {
  readonly version: string;
  readonly engines: { readonly node: string };
}

/** Runs a command. The server is imported only then, because an old Node can't even load it. */
async function run(command: string, rest: readonly string[], { version }: Manifest): Promise<void> {
  if (command === '--help' || command === '-h') process.stdout.write(HELP);
  else if (command === '--version') process.stdout.write(`${version}\n`);
  else if (command === 'start' && rest.length === 0) await import('../src/main.ts');
  else if (command === 'distribute' && rest.length === 0) await import('../scripts/distribute.ts');
  else if (command === 'migrate' || command === 'jobs') {
    // These read the command line by themselves, from where their own arguments begin.
    process.argv.splice(2, 1);
    await (command === 'jobs' ? import('../scripts/jobs.ts') : import('../scripts/migrate.ts'));
  } else if (command === 'backup' || command === 'restore') await import('../scripts/backup.ts');
  else if (command === 'admin' && rest[0] === 'create') {
    process.argv.splice(2, 2);
    await import('../scripts/create-admin.ts');
  } else refuse(command === 'start' ? 'start takes no arguments' : `there is no command ${command}`, HELP);
}

function refuse(reason: string, hint = ''): void {
  process.stderr.write(`taskpact: ${reason}.\n${hint && `\n${hint}`}`);
  process.exitCode = 1;
}

function isOldNode({ engines }: Manifest): boolean {
  const parts = (text: string): number[] => text.replace('>=', '').split('.').map(Number);
  const [major = 0, minor = 0] = parts(process.versions.node);
  const [least = 0, leastMinor = 0] = parts(engines.node);
  return major < least || (major === least && minor < leastMinor);
}

const manifest: Manifest = createRequire(import.meta.url)('../package.json');
const [command = 'start', ...rest] = process.argv.slice(2);
if (isOldNode(manifest))
  refuse(`it needs Node ${manifest.engines.node}, and this is ${process.versions.node}`);
else await run(command, rest, manifest);
