/** The table of `docs/faults.md` and the tests agree. */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const docs = join(root, 'docs');

interface Row {
  readonly id: string;
  readonly links: readonly string[];
}

const rows: Row[] = readFileSync(join(docs, 'faults.md'), 'utf8')
  .split('\n')
  .flatMap((line) => {
    const id = /^\| (F\d+b?) \|/.exec(line)?.[1];
    if (id === undefined) return [];
    const links = [...line.matchAll(/\]\((\.\.\/[^)]+)\)/g)].map(([, link = '']) =>
      relative(root, join(docs, link)),
    );
    return [{ id, links }];
  });

/** The ids with which groups of tests begin. */
const idsIn = (path: string): string[] =>
  [...readFileSync(join(root, path), 'utf8').matchAll(/^describe\('(F\d+b?) /gm)].map(([, id = '']) => id);
const ours = globSync('tests/faults/*.test.ts', { cwd: root });

describe('the plan', () => {
  it('has every fault once', () => {
    const numbers = Array.from({ length: 28 }, (_, index) => `F${index + 1}`);
    expect(rows.map(({ id }) => id).filter((id) => id !== 'F5b')).toEqual(numbers);
  });

  it.each(rows)('names tests for $id that are there', ({ links }) => {
    expect(links.length).toBeGreaterThan(0);
    expect(links.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });

  it('names a file here for each fault in the titles of its tests, and no other', () => {
    const titled = ours.flatMap((path) => idsIn(path).map((id) => `${id} ${path}`));
    const linked = rows.flatMap(({ id, links }) =>
      links.filter((path) => ours.includes(path)).map((path) => `${id} ${path}`),
    );
    expect(linked.sort()).toEqual(titled.sort());
  });
});
