/** The mock is a package of its own that takes most of its sources from the server: what those import it has to bring. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const { dependencies: own } = JSON.parse(read('mock/package.json'));
const { dependencies: server } = JSON.parse(read('package.json'));

/** Names of the packages that a source and everything that it imports need when they run. */
function packagesOf(entry: string): Set<string> {
  const packages = new Set<string>();
  const seen = new Set<string>();
  const visit = (path: string): void => {
    if (seen.has(path)) return;
    seen.add(path);
    // Imports of types are gone after this, as they are when it runs.
    const { outputText } = ts.transpileModule(read(path), {
      compilerOptions: {
        target: ts.ScriptTarget.ESNext,
        module: ts.ModuleKind.ESNext,
        verbatimModuleSyntax: true,
      },
    });
    const imported = ts.preProcessFile(outputText).importedFiles.map(({ fileName }) => fileName);
    const resolved = [...outputText.matchAll(/\.resolve\('([^'.][^']*)'\)/g)].map(([, name = '']) => name);
    for (const name of [...imported, ...resolved]) {
      if (name.startsWith('.')) visit(join(dirname(path), name));
      else if (!name.startsWith('node:'))
        packages.add(name.split('/', name.startsWith('@') ? 2 : 1).join('/'));
    }
  };
  visit(entry);
  return packages;
}

test('it depends on what it imports, and on nothing else', () => {
  expect(Object.keys(own).sort()).toEqual([...packagesOf('mock/src/main.ts')].sort());
});

test('it takes the same versions as the server', () => {
  const shared = Object.keys(own).filter((name) => name in server);
  expect(own).toMatchObject(Object.fromEntries(shared.map((name) => [name, server[name]])));
  // Made data is the one thing that a mock needs and the server does not.
  expect(Object.keys(own).filter((name) => !(name in server))).toEqual(['json-schema-faker']);
});
