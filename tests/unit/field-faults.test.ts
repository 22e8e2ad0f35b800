import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fieldFaults, unknownParameters } from '../../src/contract/field-faults.ts';
import { contract } from '../setup/contract.ts';

function fault(path: string, keyword = 'type', message = 'must be string') {
  return { path, message, errorCode: `${keyword}.openapi.validation` };
}

describe('the place of a fault', () => {
  it.each([
    ['/body', { pointer: '' }],
    ['/body/title', { pointer: '/title' }],
    ['/body/a/0/b', { pointer: '/a/0/b' }],
    ['/body/a~1b~0c', { pointer: '/a~1b~0c' }],
    ['/body/~x', { pointer: '/~0x' }],
    ['/body/x~', { pointer: '/x~0' }],
    ['/query/size', { parameter: 'size' }],
    ['/query/status/0', { parameter: 'status' }],
    ['/params/task_id', { parameter: 'task_id' }],
    ['/headers/if-match', { parameter: 'if-match' }],
    ['/cookies/__Host-taskpact_refresh', { parameter: '__Host-taskpact_refresh' }],
    ['/elsewhere', { pointer: '' }],
  ])('%s', (path, expected) => {
    expect(fieldFaults([fault(path)])).toEqual([{ ...expected, code: 'type', message: 'must be string' }]);
  });

  it.each([
    ['/body/a/b~c', { 'a/b~c': 1 }, '/a~1b~0c'],
    ['/body/a~1b/0/c/d', { 'a/b': [{ 'c/d': 1 }] }, '/a~1b/0/c~1d'],
    ['/body/a~1', { 'a~1': 1 }, '/a~01'],
    ['', { '': 1 }, '/'],
  ])('of an unknown field, %s, has the escapes of its name', (path, body, pointer) => {
    expect(fieldFaults([fault(path, 'additionalProperties')], body)).toMatchObject([
      { pointer, code: 'unknown' },
    ]);
  });

  it('is cut to what the contract allows, without half an escape at the end', () => {
    const [cut] = fieldFaults([fault(`/body/${'a'.repeat(298)}~1b`)]);
    expect(cut?.pointer).toHaveLength(299);
    expect(cut?.pointer?.endsWith('a')).toBe(true);
  });

  it('has the form and the length that the contract gives it, whatever the client invented', () => {
    const { pointer, parameter } = contract.components.schemas.FieldError.properties;
    const check = (place: string | undefined, maxLength: number, form: RegExp): void => {
      expect(place).toMatch(form);
      expect(place?.length).toBeLessThanOrEqual(maxLength);
      expect(place?.isWellFormed()).toBe(true);
    };
    const names = fc.string({ unit: 'binary', maxLength: 700 });
    fc.assert(
      fc.property(names, fc.constantFrom('', '~', '\ud800', '\u{1f600}'), (name, end) => {
        for (const text of [name + end, `${'x'.repeat(298)}${end}${end}`, `${'x'.repeat(299)}${end}`]) {
          const [inBody] = fieldFaults([fault(`/body/${text}`, 'additionalProperties')]);
          check(inBody?.pointer, pointer.maxLength, /^(\/([^~/]|~[01])*)*$/);
          check(unknownParameters([text], [])[0]?.parameter, parameter.maxLength, /^/);
        }
      }),
    );
  });
});

describe('the code of a fault', () => {
  it.each([
    ['additionalProperties', 'unknown'],
    ['enum', 'not_allowed'],
    ['format', 'format'],
    ['maximum', 'too_big'],
    ['maxItems', 'too_many_items'],
    ['maxLength', 'too_long'],
    ['minimum', 'too_small'],
    ['minItems', 'too_few_items'],
    ['minLength', 'too_short'],
    ['pattern', 'pattern'],
    ['required', 'required'],
    ['uniqueItems', 'duplicate_items'],
    ['x-eov-type', 'type'],
    ['somethingNew', 'invalid'],
  ])('%s is %s', (keyword, code) => {
    expect(fieldFaults([fault('/body/x', keyword)])[0]?.code).toBe(code);
  });

  it('is one that the contract lists', () => {
    const codes: string[] = contract.components.schemas.FieldErrorCode.enum;
    const keywords = [
      'additionalProperties',
      'enum',
      'format',
      'maximum',
      'maxItems',
      'maxLength',
      'minimum',
    ];
    for (const keyword of [
      ...keywords,
      'minItems',
      'minLength',
      'pattern',
      'required',
      'type',
      'uniqueItems',
      'x',
    ]) {
      expect(codes).toContain(fieldFaults([fault('/body/a', keyword)])[0]?.code);
    }
  });

  it('leaves out a branch that failed when its parts tell why', () => {
    expect(fieldFaults([fault('/body/x', 'oneOf'), fault('/body/x/a')])).toHaveLength(1);
    expect(fieldFaults([fault('/body/x', 'oneOf')])).toHaveLength(1);
  });
});

it('names the parameters that an operation does not have', () => {
  expect(unknownParameters(['size', 'colour', '\ud800'], ['size'])).toEqual([
    { parameter: 'colour', code: 'unknown', message: 'is not a parameter of this operation' },
    { parameter: '\ufffd', code: 'unknown', message: 'is not a parameter of this operation' },
  ]);
});
