import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { BackupError, END_OF_ROWS, type Footer, type Header, MAGIC, type TableHeader } from './format.ts';

const NEWLINE = 0x0a;
const END = Buffer.from(`${END_OF_ROWS}\n`);
const END_AFTER_ROW = Buffer.from(`\n${END_OF_ROWS}\n`);

/** Reads a backup from front to back. */
export interface BackupReader {
  readonly header: Header;
  /** The next table, whose rows have to be read then; or the end. */
  next(): Promise<TableHeader | Footer>;
  rows(): AsyncGenerator<Buffer>;
  /** @throws BackupError when something comes after the end */
  finish(): Promise<void>;
  close(): void;
}

/** @throws BackupError when it is no backup, or not of this format. All of its methods throw one when it is damaged. */
export async function openBackup(file: string): Promise<BackupReader> {
  const input = createReadStream(file);
  const unpacked = createGunzip();
  input.on('error', (error) => unpacked.destroy(error));
  input.pipe(unpacked);
  const chunks = unpacked[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  let rest: Buffer = Buffer.alloc(0);

  const explain = (error: unknown): BackupError => {
    if (error instanceof BackupError) return error;
    const { code = '', message } = error as NodeJS.ErrnoException;
    if (!code.startsWith('Z_'))
      return new BackupError(`${file} can't be read: ${message}.`, { cause: error });
    const what = code === 'Z_BUF_ERROR' ? 'ends too early' : 'is damaged, or no backup';
    return new BackupError(`${file} ${what}. Nothing was restored: take another backup.`, { cause: error });
  };
  /** @returns false at the end of the file */
  const more = async (): Promise<boolean> => {
    const { value, done } = await chunks.next().catch((error: unknown) => {
      throw explain(error);
    });
    if (done !== true) rest = rest.length === 0 ? value : Buffer.concat([rest, value]);
    return done !== true;
  };
  const take = (length: number): Buffer => {
    const taken = rest.subarray(0, length);
    rest = rest.subarray(length);
    return taken;
  };
  const damaged = (): BackupError =>
    new BackupError(`${file} is not complete. Nothing was restored: take another backup.`);
  const readLine = async (): Promise<string> => {
    while (!rest.includes(NEWLINE)) if (!(await more())) throw damaged();
    return take(rest.indexOf(NEWLINE) + 1)
      .toString()
      .trimEnd();
  };
  const readJson = async <T>(): Promise<T> => {
    const text = await readLine();
    try {
      return JSON.parse(text) as T;
    } catch {
      throw damaged();
    }
  };

  async function* rows(): AsyncGenerator<Buffer> {
    for (;;) {
      if (rest.subarray(0, END.length).equals(END)) {
        take(END.length);
        return;
      }
      const end = rest.indexOf(END_AFTER_ROW);
      // Whole rows only, so that the end of them is never cut in two.
      const length = (end >= 0 ? end : rest.lastIndexOf(NEWLINE)) + 1;
      if (length > 0) yield take(length);
      else if (!(await more())) throw damaged();
    }
  }

  try {
    const magic = await readLine();
    if (magic !== MAGIC) {
      const isNewer = magic.startsWith('taskpact backup ');
      throw new BackupError(
        isNewer
          ? `${file} was made by a newer Taskpact: restore it with that.`
          : `${file} is no backup of Taskpact.`,
      );
    }
    const header = await readJson<Header>();
    return {
      header,
      next: readJson,
      rows,
      finish: async () => {
        if (rest.length > 0 || (await more())) throw damaged();
      },
      close: () => {
        input.destroy();
        unpacked.destroy();
      },
    };
  } catch (error) {
    input.destroy();
    unpacked.destroy();
    throw error;
  }
}
