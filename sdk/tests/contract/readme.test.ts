/** What README.md shows is what is run, and the rest of it compiles. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';

const sdk = join(import.meta.dirname, '../..');
const readme = readFileSync(join(sdk, 'README.md'), 'utf8');

/** Every block of TypeScript, with the example that it is said to be. */
const blocks = [...readme.matchAll(/(?:<!-- (\S+) -->\n)?```ts\n([\s\S]*?)```/g)].map(
  ([, file, code = '']) => ({
    file,
    code,
  }),
);

/** What the blocks take for granted. */
const AROUND = `
  declare const client: import('@taskpact/sdk').Taskpact;
  declare const task: import('@taskpact/sdk').Task;
  declare const [error, id, baseUrl]: [unknown, string, string];
  declare function getToken(options: { renew: boolean }): Promise<string>;
  declare function newTrace(): string;
  export {};`;

function complaints(code: string): string[] {
  const { config } = ts.readConfigFile(join(sdk, 'tests/tsconfig.json'), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [] }, ts.sys, join(sdk, 'tests'));
  const name = join(sdk, 'tests/block.ts').replaceAll('\\', '/');
  const host = ts.createCompilerHost(options);
  const { fileExists, getSourceFile } = host;
  host.fileExists = (path) => path === name || fileExists(path);
  host.getSourceFile = (path, target, ...rest) =>
    path === name ? ts.createSourceFile(path, code, target) : getSourceFile(path, target, ...rest);
  const program = ts.createProgram([name], options, host);
  const file = program.getSourceFile(name);
  return [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)].map(
    ({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '),
  );
}

describe('README.md', () => {
  test('shows examples as they are run', () => {
    const shown = blocks.filter(({ file }) => file !== undefined);
    expect(shown.map(({ file }) => file)).toEqual(['examples/tour.ts']);
    for (const { file = '', code } of shown) expect(code).toBe(readFileSync(join(sdk, file), 'utf8'));
  });

  test('has a tour of at most twenty lines', () => {
    expect(blocks[0]?.code.trimEnd().split('\n').length).toBeLessThanOrEqual(20);
  });

  test('shows code that compiles', () => {
    const isolated = blocks.map(({ code }) => `{\n${code.replaceAll(/^import .*;\n/gm, '')}\n}`);
    const names = new Set(
      blocks.flatMap(({ code }) =>
        [...code.matchAll(/^import \{ (.*) \} from/gm)].flatMap(([, list = '']) => list.split(', ')),
      ),
    );
    const code = `import { ${[...names].join(', ')} } from '@taskpact/sdk';\n${isolated.join('\n')}\n${AROUND}`;
    expect(complaints(code)).toEqual([]);
  });
});
