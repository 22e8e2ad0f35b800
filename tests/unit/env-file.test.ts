/** The file `.env`, and the example of it that documents every setting. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseEnv } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ConfigError, loadConfig, readEnvironment, VARIABLES } from '../../src/config.ts';
import { temporaryFolder } from '../setup/service-process.ts';

const SECRET = 'kR7vQ2mX9pL4wN8sT3bY6cZ1dF5gH0jA';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(() => folder.remove());

/** The message with which a start would be refused. */
function refusal(path: string): string {
  try {
    readEnvironment({}, path);
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as Error).message;
  }
  throw new Error('It was accepted');
}

describe('the file .env', () => {
  const write = async (text: string): Promise<string> => {
    const path = join(folder.path, '.env');
    await writeFile(path, text);
    return path;
  };

  it('completes the environment, which wins unless it is empty', async () => {
    const path = await write('PORT=4000\nHOST="0.0.0.0" # everywhere\nexport LOG_LEVEL=debug\n');
    const read = readEnvironment({ PORT: '5000', HOST: '', JWT_SECRET: SECRET, SOMETHING: 'else' }, path);
    expect(loadConfig(read)).toMatchObject({
      port: 5000,
      host: '0.0.0.0',
      logLevel: 'debug',
      jwtSecret: SECRET,
    });
  });

  it('may be missing, empty, or come from Windows', async () => {
    expect(readEnvironment({ PORT: '1' }, join(folder.path, 'missing'))).toEqual({ PORT: '1' });
    expect(readEnvironment({ PORT: '1' }, await write(''))).toEqual({ PORT: '1' });
    expect(readEnvironment({}, await write('\uFEFFPORT=1\r\nHOST=::\r\n'))).toEqual({
      PORT: '1',
      HOST: '::',
    });
  });

  it.each(['JWT_SECERT', 'jwt_secret', 'DATABASE_URI', 'PATH'])('may not hold %s', async (name) => {
    const path = await write(`PORT=4000\n${name}=s3cr3t\n`);
    const message = refusal(path);
    expect(message).toMatch(new RegExp(`^${name} in .*\\.env\\.example`));
    expect(message).not.toContain('s3cr3t');
  });

  it('has to be readable', async () => {
    const path = join(folder.path, '.env');
    await mkdir(path);
    expect(refusal(path)).toMatch(/\.env can't be read: EISDIR/);
  });
});

describe('.env.example', () => {
  const path = fileURLToPath(new URL('../../.env.example', import.meta.url));
  const defaults = loadConfig({ JWT_SECRET: SECRET });

  it('holds every name once, each with an explanation', async () => {
    const lines = (await readFile(path, 'utf8')).split('\n');
    const names = lines.flatMap((line) => /^([A-Z_]+)=/.exec(line)?.[1] ?? []);
    expect(names).toEqual([...VARIABLES, 'POSTGRES_PASSWORD']);
    for (const name of names) {
      const index = lines.findIndex((line) => line.startsWith(`${name}=`));
      expect([name, lines[index - 1]]).toEqual([name, expect.stringMatching(/^# \S.{10,}/)]);
    }
  });

  it('can be used as it is, and changes nothing', async () => {
    expect(loadConfig(readEnvironment({ JWT_SECRET: SECRET }, path))).toEqual(defaults);
    for (const [name, value] of Object.entries(parseEnv(await readFile(path, 'utf8')))) {
      expect(loadConfig({ JWT_SECRET: SECRET, ...(value === '' ? {} : { [name]: value }) })).toEqual(
        defaults,
      );
    }
  });
});
