/** The table of docs/security.md is true: what it names is there, what tests are named by is in it. */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const docs = join(root, 'docs');

interface Row {
  readonly id: string;
  readonly claim: string;
  readonly evidence: string;
  /** Files that the evidence links to, from the root of the repository. */
  readonly links: readonly string[];
}

const rows: Row[] = readFileSync(join(docs, 'security.md'), 'utf8')
  .split('\n')
  .flatMap((line) => {
    const [, id, claim = '', evidence = ''] = /^\| ([A-Z]{2}\d+) \| (.+?) \| (.+) \|$/.exec(line) ?? [];
    if (id === undefined) return [];
    const links = [...evidence.matchAll(/\]\(([^)]+)\)/g)].map(([, link = '']) =>
      relative(root, join(docs, link)),
    );
    return [{ id, claim, evidence, links }];
  });
const isTest = (path: string): boolean => path.endsWith('.test.ts');

/** How a row begins to tell why something of it has no test. */
const REASONS = /\b(Does not apply|Decided otherwise|Not yet): \S/;

/** What the tests of a file are called, those of groups included. */
function titlesIn(path: string): string[] {
  const source = ts.createSourceFile(path, readFileSync(join(root, path), 'utf8'), ts.ScriptTarget.Latest);
  const titles: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && /^(describe|it|test)\b/.test(nameOf(node.expression))) {
      const [title] = node.arguments;
      if (title !== undefined && (ts.isStringLiteralLike(title) || ts.isTemplateExpression(title))) {
        titles.push(title.getText(source));
      }
    }
    ts.forEachChild(node, visit);
  };
  const nameOf = (node: ts.Node): string => {
    if (ts.isIdentifier(node)) return node.text;
    const isChain = ts.isCallExpression(node) || ts.isPropertyAccessExpression(node);
    return isChain || ts.isTaggedTemplateExpression(node)
      ? nameOf(ts.isTaggedTemplateExpression(node) ? node.tag : node.expression)
      : '';
  };
  visit(source);
  return titles;
}

const groups = [...new Set(rows.map(({ id }) => id.slice(0, 2)))];
/** An id as it stands in the title of a test. */
const ID = new RegExp(`\\b(?:${groups.join('|')})\\d+\\b`, 'g');
const idsIn = (path: string): string[] => titlesIn(path).flatMap((title) => title.match(ID) ?? []);

const files = globSync(['tests/**/*.test.ts', 'sdk/tests/**/*.test.ts'], { cwd: root }).map((path) =>
  path.replaceAll('\\', '/'),
);
const named = new Map(files.map((path) => [path, new Set(idsIn(path))]));

describe('the table of docs/security.md', () => {
  it('has each id once, and no gap in a group', () => {
    for (const group of groups) {
      const numbers = rows.filter(({ id }) => id.startsWith(group)).map(({ id }) => Number(id.slice(2)));
      expect([group, numbers]).toEqual([group, numbers.map((_, index) => index + 1)]);
    }
    expect(groups).toHaveLength(11);
  });

  it.each(rows)('$id links to files that are there', ({ links }) => {
    expect(links.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });

  it.each(rows)('$id is in the titles of the tests that it names, or says why there are none', (row) => {
    const tests = row.links.filter(isTest);
    expect(tests.filter((path) => named.get(path)?.has(row.id) !== true)).toEqual([]);
    expect(tests.length > 0 || REASONS.test(row.evidence)).toBe(true);
  });
});

it.each([...named].filter(([, ids]) => ids.size > 0))(
  'the table names %s for each id in its titles',
  (path, ids) => {
    const known = rows.filter(({ links }) => links.includes(path)).map(({ id }) => id);
    expect([...ids].sort()).toEqual(known.sort());
  },
);

it('finds ids wherever a title can stand', () => {
  expect(named.get('tests/security/checklist.test.ts')).toEqual(new Set());
  expect(named.get('tests/security/rate-limits.test.ts')).toContain('RL1');
});
