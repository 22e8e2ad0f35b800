import { fullFormats } from 'ajv-formats/dist/formats.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadDocument } from '../../src/contract/document.ts';
import { createFormats } from '../../src/contract/formats.ts';

const formats = createFormats(loadDocument().document);

function accepts(name: string, text: string): boolean {
  const format = formats[name];
  if (typeof format !== 'object' || !('validate' in format)) throw new Error(`no format ${name}`);
  return (format.validate as (value: string) => boolean)(text);
}

describe('password', () => {
  it.each([
    ['a'.repeat(72), true],
    ['a'.repeat(73), false],
    ['é'.repeat(36), true],
    ['é'.repeat(37), false],
    ['😀'.repeat(18), true],
    ['😀'.repeat(19), false],
  ])('counts bytes: %s', (text, expected) => {
    expect(accepts('password', text)).toBe(expected);
  });
});

describe('IN6 time-zone', () => {
  it.each(['UTC', 'Europe/Berlin', 'America/Argentina/Buenos_Aires', 'US/Eastern'])('knows %s', (name) => {
    expect(accepts('time-zone', name)).toBe(true);
    expect(accepts('time-zone', name)).toBe(true);
  });

  it.each(['', 'Mars/Olympus', '+01:00', 'Europe', '../etc/passwd', 'constructor'])('refuses %s', (name) => {
    expect(accepts('time-zone', name)).toBe(false);
  });
});

describe('IN6 date-time', () => {
  it.each([
    ['2026-11-21T09:30:00Z', true],
    ['2026-11-21T09:30:00.123456Z', true],
    ['2026-11-21T09:30:00+05:30', true],
    ['2024-02-29T00:00:00Z', true],
    ['2000-02-29T00:00:00Z', true],
    ['2026-02-29T00:00:00Z', false],
    ['1900-02-29T00:00:00Z', false],
    ['2026-04-31T00:00:00Z', false],
    ['2026-00-10T00:00:00Z', false],
    ['2026-13-10T00:00:00Z', false],
    ['2026-11-00T00:00:00Z', false],
    ['2026-11-21T24:00:00Z', false],
    ['2026-11-21T09:60:00Z', false],
    ['2026-11-21T09:30:00', false],
    ['2026-11-21 09:30:00Z', false],
    ['2026-11-21', false],
    ['26-11-21T09:30:00Z', false],
  ])('%s: %s', (text, expected) => {
    expect(accepts('date-time', text)).toBe(expected);
  });

  it('agrees with the library that it replaces', () => {
    const reference = fullFormats['date-time'];
    if (typeof reference !== 'object' || !('validate' in reference))
      throw new Error('the library has changed');
    const validate = reference.validate as (text: string) => boolean;
    const two = (most: number) =>
      fc.integer({ min: 0, max: most }).map((number) => String(number).padStart(2, '0'));
    const parts = fc.tuple(fc.integer({ min: 1800, max: 2199 }), two(13), two(32), two(24), two(60), two(59));
    fc.assert(
      fc.property(parts, fc.constantFrom('Z', '+00:00', '-12:30', ''), (numbers, zone) => {
        const [year, month, day, hour, minute, second] = numbers;
        const text = `${year}-${month}-${day}T${hour}:${minute}:${second}${zone}`;
        expect(accepts('date-time', text), text).toBe(validate(text));
      }),
      { numRuns: 5_000 },
    );
  });
});
