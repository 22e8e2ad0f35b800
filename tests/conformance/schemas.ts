import { contract } from '../setup/contract.ts';
import { createSchemaChecker, resolveIn, type Schema } from '../setup/schema-checker.ts';

/** The contract's schemas as the generators read them, and the oracle that tells what is valid. */

const check = createSchemaChecker(contract);

/** What is wrong with a value; empty when it is valid. */
export const faultsIn = check;

export function isValid(schema: Schema, value: unknown): boolean {
  return check(schema, value).length === 0;
}

/** The schema itself: references followed, the parts of `allOf` put together. */
export function flatten(reference: Schema): Schema {
  const { allOf = [], ...own } = resolveIn(contract, reference);
  const parts = [own, ...allOf.map(flatten)];
  return {
    ...Object.assign({}, ...parts),
    ...(parts.some((part) => part.properties) && {
      properties: Object.assign({}, ...parts.map((part) => part.properties)),
      required: parts.flatMap((part) => part.required ?? []),
    }),
  };
}

/** Types that the schema lets through; those of its words when it has only words. */
export function typesOf({ type, enum: words, const: word }: Schema): readonly string[] {
  if (type !== undefined) return [type].flat();
  const values = words ?? (word === undefined ? [] : [word]);
  return [...new Set(values.map(typeOf))];
}

export function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return Number.isInteger(value) ? 'integer' : typeof value;
}

/** RFC 6901 section 3. */
export function escapePointer(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}

/** Text with one of its characters repeated or left out until it has the length, in characters, and satisfies. */
export function resize(
  text: string,
  length: number,
  satisfies: (text: string) => boolean,
): string | undefined {
  const characters = [...text];
  const missing = length - characters.length;
  for (let index = characters.length - 1; index >= 0; index -= 1) {
    const changed = [...characters];
    if (missing < 0) changed.splice(Math.max(0, index + missing), -missing);
    else changed.splice(index, 0, ...Array.from({ length: missing }, () => String(characters[index])));
    const candidate = changed.join('');
    if (changed.length === length && satisfies(candidate)) return candidate;
  }
  const filled = 'a'.repeat(Math.max(length, 0));
  return satisfies(filled) ? filled : undefined;
}
