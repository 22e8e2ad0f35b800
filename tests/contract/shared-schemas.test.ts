/** How the contract is compiled at the start (docs/adr/0013). That it is enforced is what the other tests show. */
import { OpenApiValidator } from 'express-openapi-validator/dist/openapi.validator.js';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type Changeable, createSeam } from '../setup/seam.ts';

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

const PATH = '/api/v1/tasks/{task_id}';

/** How many functions are compiled for a contract in which `replaceTask` is there so many times. */
async function compiledWith(copies: number): Promise<number> {
  let compiled = 0;
  class CountedFunction extends Function {
    constructor(...source: string[]) {
      super(...source);
      // Ajv's; others make functions too.
      if (source.at(-1)?.includes('validate') === true) compiled += 1;
    }
  }
  vi.stubGlobal('Function', CountedFunction);
  const names = Array.from({ length: copies }, (_, number) => `replaceTask${number}`);
  const change = ({ paths }: Changeable) => {
    const { put } = paths[PATH];
    for (const name of names)
      paths[PATH.replace('tasks', name)] = { put: { ...structuredClone(put), operationId: name } };
  };
  const handlers = Object.fromEntries(names.map((name) => [name, async () => ({ status: 204 })]));
  const seam = await createSeam({ change, handlers });
  await seam.close();
  vi.unstubAllGlobals();
  return compiled;
}

describe('the start', () => {
  it('compiles named schemas once, however many operations refer to them', async () => {
    const [few, many] = [await compiledWith(1), await compiledWith(11)];
    expect(few).toBeGreaterThan(20);
    // Of each copy: its parameters, its body, its answer and its errors.
    expect(many - few).toBe(40);
  });

  it.each(['requestValidationMiddleware', 'responseValidationMiddleware'])(
    'fails when the library has no %s any more',
    async (name) => {
      const library = OpenApiValidator.prototype as unknown as Record<string, unknown>;
      const method = library[name];
      library[name] = undefined;
      try {
        await expect(createSeam()).rejects.toThrow(`express-openapi-validator has no ${name} any more`);
      } finally {
        library[name] = method;
      }
    },
  );

  it.each<[string, (schemas: Changeable) => void]>([
    [
      'an answer',
      ({ Task }) => (Task.properties.title = { $ref: '#/components/schemas/Task/properties/id' }),
    ],
    [
      'a request',
      ({ TaskCreate }) => (TaskCreate.properties.title = { $ref: '#/components/schemas/Task/properties/id' }),
    ],
  ])('fails when a reference in %s points into a schema', async (_, change) => {
    vi.spyOn(console, 'error').mockImplementation(() => {});
    const start = createSeam({ change: ({ components: { schemas } }) => change(schemas) });
    await expect(start).rejects.toThrow("can't resolve reference #/components/schemas/Task/properties/id");
  });
});
