/** Data made from schemas that the contract does not have yet. */
import { expect, test } from 'vitest';
import { createGenerator } from '../../mock/src/generator.ts';
import { createSchemaChecker } from '../setup/schema-checker.ts';

const LEVELS = 5;
const schema = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const nested = (name: string) => ({
  type: 'object',
  required: ['one', 'many'],
  properties: {
    one: { oneOf: [schema(name), { type: 'null' }] },
    many: { type: 'array', minItems: 1, maxItems: 2, items: schema(name) },
  },
});
const levels = Array.from({ length: LEVELS }, (_, i) => [`Level${i}`, nested(`Level${i + 1}`)] as const);
const schemas = { ...Object.fromEntries(levels), [`Level${LEVELS}`]: { type: 'string', minLength: 3 } };
const document = { components: { schemas } };

test.each([1, 2, 3, 4, 5])('references may go deep: seed %i', (seed) => {
  const value = createGenerator(document as never, seed)(schema('Level0'));
  expect(createSchemaChecker(document)(schema('Level0'), value)).toEqual([]);
});
