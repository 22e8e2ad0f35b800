import type { ContractOperation } from '../setup/contract.ts';
import type { Call } from '../setup/http.ts';
import { codeOf, placesOf, type Where } from './judge.ts';
import {
  bodySchemaOf,
  decode,
  EXISTING,
  type Parameter,
  type Parts,
  parametersOf,
  toCall,
  type Values,
} from './parts.ts';
import { faultsIn } from './schemas.ts';
import { variantsOf } from './variants.ts';

/** A request that differs from a valid one in one place, and what the oracle says of it. */
export interface Case {
  readonly what: string;
  readonly parts: Parts;
  readonly call: Call;
  /** Places that the answer has to name; empty when the request is still valid. */
  readonly places: readonly Where[];
  /** Constraints of the schema that it breaks: `pointer keyword`. */
  readonly broken: readonly string[];
}

type Ids = Readonly<Record<string, string>>;

/** Every constraint of the body's schema broken in turn, and every limit of it kept just so. */
export function* bodyCases(operation: ContractOperation, full: Parts, ids: Ids): Iterable<Case> {
  const parts = withoutOptional(operation, full);
  const { mediaType, body } = parts;
  if (mediaType === undefined) return;
  const schema = bodySchemaOf(operation, mediaType);
  const isForm = !mediaType.endsWith('json');
  for (const { what, pointer, value } of variantsOf(schema, body)) {
    if (isForm && !isFormData(value)) continue;
    const faults = faultsIn(schema, value);
    const changed = { ...parts, body: value };
    yield {
      what: `${mediaType} ${pointer}: ${what}`,
      parts: changed,
      call: toCall(operation, changed, ids),
      places: placesOf(faults),
      broken: faults.map(({ instancePath, keyword }) => `${instancePath} ${keyword}`),
    };
  }
}

/** A precondition that fails, say, would hide what becomes of the rest. */
function withoutOptional(operation: ContractOperation, parts: Parts): Parts {
  const required = parametersOf(operation).filter((parameter) => parameter.required === true);
  const keep = (place: Parameter['in']): Values =>
    Object.fromEntries(
      required.filter((own) => own.in === place).map(({ name }) => [name, parts[place][name]] as const),
    );
  const { mediaType, body } = parts;
  const places = { path: keep('path'), query: keep('query'), header: keep('header'), cookie: keep('cookie') };
  return { ...places, ...(mediaType === undefined ? {} : { mediaType, body }) };
}

/** A form has fields of text, and one at least: none at all is no body, and one without a name is dropped. */
function isFormData(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || '' in value) return false;
  const fields = Object.values(value);
  return fields.length > 0 && fields.every((field) => typeof field === 'string');
}

/** Spellings of numbers and truth that JavaScript takes and JSON does not, and things that are none. */
const SPELLINGS = [
  '0x10',
  '1e1',
  ' 5',
  '5 ',
  '+5',
  '05',
  '1.0',
  '1,000',
  '-0',
  'NaN',
  'Infinity',
  'TRUE',
  '1',
  '0',
];

/** The same for each parameter. Required ones are left out, and scalars sent twice. */
export function* parameterCases(operation: ContractOperation, full: Parts, ids: Ids): Iterable<Case> {
  const parts = withoutOptional(operation, full);
  for (const parameter of parametersOf(operation)) {
    const { name, in: place, schema, required } = parameter;
    const make = (what: string, value: unknown, decoded: unknown): Case => {
      const changed = { ...parts, [place]: { ...parts[place], [name]: value } };
      const faults = faultsIn(schema, decoded);
      return {
        what: `${place} ${name}: ${what}`,
        parts: changed,
        call: toCall(operation, changed, ids),
        // What is wrong with nothing is a matter of taste.
        places: faults.map(({ keyword }) => ({ parameter: name, ...(value === '' ? {} : codeOf(keyword)) })),
        broken: faults.map(({ keyword }) => `${name} ${keyword}`),
      };
    };
    for (const texts of textsFor(parameter, full[place][name], ids)) {
      const value = texts.length === 1 ? texts[0] : texts;
      yield make(JSON.stringify(value).slice(0, 60), value, decodeAll(parameter, texts));
    }
    if (required === true && place !== 'path') {
      const { [name]: _left, ...others } = parts[place];
      const changed = { ...parts, [place]: others };
      const call = toCall(operation, changed, ids);
      const broken = [`${name} required`];
      yield {
        what: `${place} ${name}: left out`,
        parts: changed,
        call,
        places: [{ parameter: name }],
        broken,
      };
    }
  }
}

/** What to send for a parameter: a list of texts, repeated in a query. */
function textsFor(
  { name, in: place, schema, explode = true }: Parameter,
  given: unknown,
  ids: Ids,
): readonly (readonly string[])[] {
  const value = given === EXISTING ? ids[name] : given;
  const values = [...variantsOf(schema, value)].map((variant) => variant.value);
  const texts = values
    .map((variant) => [variant].flat())
    .filter((items) => items.every((item) => item === null || typeof item !== 'object'))
    .map((items) => items.map(String));
  const all = [...texts, ...SPELLINGS.map((text) => [text])];
  const distinct = new Map(all.map((items) => [JSON.stringify(items), items]));
  // Joined by commas, an item with a comma in it is two.
  return [...distinct.values()].filter(
    (items) => canBeSent(place, items) && (explode || !items.some((item) => item.includes(','))),
  );
}

function canBeSent(place: Parameter['in'], texts: readonly string[]): boolean {
  if (texts.length === 0) return false;
  if (place === 'query') return true;
  const [text = ''] = texts;
  if (texts.length > 1) return false;
  // An empty segment is another path, and so are dots: clients resolve them.
  if (place === 'path') return !['', '.', '..'].includes(text);
  // Whether an escape in a cookie is one is not said anywhere, so there are none.
  if (place === 'cookie') return encodeURIComponent(text) === text;
  // Spaces at the ends are not part of a header's value (RFC 9110 section 5.5), and no control characters are.
  return /^[\t\x20-\x7e\x80-\xff]*$/.test(text) && text.trim() === text;
}

function decodeAll({ schema }: Parameter, texts: readonly string[]): unknown {
  const decoded = texts.map((text) => decode(schema, text));
  return decoded.every(Array.isArray) ? decoded.flat() : decoded.length === 1 ? decoded[0] : decoded;
}
