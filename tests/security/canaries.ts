import { bodySchemaOf, EXISTING, type Parts, parametersOf, type Values } from '../conformance/parts.ts';
import { isValid } from '../conformance/schemas.ts';
import { type ContractOperation, contract } from '../setup/contract.ts';
import { exampleBodies } from '../setup/requests.ts';
import type { Schema } from '../setup/schema-checker.ts';

/** Words that nobody else says, each for one place that it was sent in: where one turns up tells what has leaked. */
export interface Canaries {
  /** A new word for the place. */
  word(place: string): string;
  /** Places whose words are in the text, as they are or as hexadecimal; and whether there are any in base64. */
  placesIn(text: string): string[];
}

/** The beginning of every word, as base64 at each of the three positions that it can have. */
const BASE64 = /Y2FuYXJ5|NhbmFye|jYW5hcn/;

export function createCanaries(): Canaries {
  const places: string[] = [];
  return {
    word: (place) => {
      places.push(place);
      return `canary${String(places.length - 1).padStart(5, '0')}`;
    },
    placesIn: (text) => {
      const hexadecimal = [...text.matchAll(/63616e617279((?:3\d){5})/gi)].map(([, digits = '']) =>
        Buffer.from(digits, 'hex').toString(),
      );
      const plain = [...text.matchAll(/canary(\d{5})/gi)].map(([, digits = '']) => digits);
      const found = [...plain, ...hexadecimal].map((digits) => String(places[Number(digits)]));
      return [...new Set(found), ...(BASE64.test(text) ? ['in base64'] : [])];
    },
  };
}

/** The request that the contract shows, of things that exist. */
export function exampleParts(operation: ContractOperation): Parts {
  const [mediaType] = operation.mediaTypes;
  const [body] = exampleBodies(operation);
  const path = Object.fromEntries(operation.pathParameters.map((name) => [name, EXISTING]));
  const content = mediaType === undefined ? {} : { mediaType, body };
  return { path, query: {}, header: {}, cookie: {}, ...content };
}

/**
 * The request with a word in place of each text.
 *
 * @param daring also where the contract takes only certain text, and in a field that it does not know
 */
export function withWords(
  operation: ContractOperation,
  parts: Parts,
  canaries: Canaries,
  daring = false,
): Parts {
  const replaced = (schema: Schema, value: unknown, place: string): unknown =>
    replaceText(value, place, canaries, (candidate) => daring || isValid(schema, candidate));
  const placed = (where: 'query' | 'header' | 'cookie'): Values => {
    const own = parametersOf(operation).filter((parameter) => parameter.in === where);
    const sent = own.filter(({ name }) => daring || name in parts[where]);
    return Object.fromEntries(
      sent.map(({ name, schema }) => [
        name,
        replaced(schema, parts[where][name] ?? '', `${operation.operationId} ${where} ${name}`),
      ]),
    );
  };
  const all = { ...parts, query: placed('query'), header: placed('header'), cookie: placed('cookie') };
  if (parts.mediaType === undefined) return all;
  const schema = bodySchemaOf(operation, parts.mediaType);
  const body = replaced(schema, parts.body, operation.operationId);
  if (!daring || typeof body !== 'object') return { ...all, body };
  return { ...all, body: { ...body, unknown: canaries.word(`${operation.operationId}/unknown`) } };
}

/** @param isTaken whether the whole value may be like this */
function replaceText(
  whole: unknown,
  place: string,
  canaries: Canaries,
  isTaken: (candidate: unknown) => boolean,
): unknown {
  const visit = (value: unknown, at: string, put: (child: unknown) => unknown): unknown => {
    if (typeof value === 'string') {
      const word = canaries.word(at);
      return [word, `${word}@example.com`].find((text) => isTaken(put(text))) ?? value;
    }
    if (typeof value !== 'object' || value === null) return value;
    const copy: Record<string, unknown> = Array.isArray(value) ? ([...value] as never) : { ...value };
    for (const [name, child] of Object.entries(copy)) {
      copy[name] = visit(child, `${at}/${name}`, (other) =>
        put(Array.isArray(copy) ? copy.with(Number(name), other) : { ...copy, [name]: other }),
      );
    }
    return copy;
  };
  return visit(whole, place, (child) => child);
}

/** The role that the contract demands, if any. */
export function roleFor({ path, method }: ContractOperation): string | undefined {
  return contract.paths[path][method.toLowerCase()]['x-required-role'];
}
