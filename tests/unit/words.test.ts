import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lexemesOf, searchQuery, wordsOf } from '../../src/tasks/rules/words.ts';

describe('the words of a text', () => {
  it.each([
    { text: 'Buy milk, buy bread!', words: ['buy', 'milk', 'bread'] },
    { text: 'Crème brûlée', words: ['creme', 'brulee'] },
    { text: 'Cre\u0300me', words: ['creme'] },
    { text: 'Straße und STRASSE', words: ['strasse', 'und'] },
    { text: 'Ὀδυσσεύς ΟΔΥΣΣΕΥΣ', words: ['οδυσσευσ'] },
    { text: 'Ёлка, елка', words: ['елка'] },
    { text: 'İstanbul istanbul', words: ['istanbul'] },
    { text: 'ёж-йод', words: ['еж', 'иод'] },
    { text: 'ガム パパ', words: ['ガム', 'パパ'] },
    { text: 'हिन्दी', words: ['हिन्दी'] },
    { text: 'שָׁלוֹם مُحَمَّد', words: ['שלום', 'محمد'] },
    { text: 'ﬁle １２３', words: ['file', '123'] },
    { text: "don't o'clock", words: ["don't", "o'clock"] },
    { text: '3.14 2026-11-21', words: ['3.14', '2026', '11', '21'] },
    { text: "🥛 ✅ — !!! \\ '", words: [] },
    { text: '', words: [] },
  ])('$text', ({ text, words }) => expect(wordsOf(text)).toEqual(words));

  it('are those of the Unicode standard in ASCII too, where they are found without its tables', () => {
    const segmenter = new Intl.Segmenter('und', { granularity: 'word' });
    const unit = fc.oneof(
      fc.constantFrom(...'aZ09_.,;:\'"- '),
      fc.string({ unit: 'binary-ascii', maxLength: 1 }),
    );
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 20 }), (text) => {
        const segments = [...segmenter.segment(text)].filter(({ isWordLike }) => isWordLike);
        const words = new Set(segments.map(({ segment }) => segment.toLowerCase()));
        expect(wordsOf(text)).toEqual([...words]);
      }),
      { numRuns: 5_000 },
    );
  });

  it('are found where no blanks stand between them', () => {
    expect(wordsOf('牛乳を買う')).toEqual(expect.arrayContaining(['牛乳', '買う']));
    expect(wordsOf('今天买牛奶')).toContain('牛奶');
    expect(wordsOf('ซื้อนมที่ร้าน')).toContain('นม');
  });

  it('count up to a length that the index takes', () => {
    expect(wordsOf('界'.repeat(50) + 'x'.repeat(500)).every((word) => Buffer.byteLength(word) <= 2046)).toBe(
      true,
    );
    expect(wordsOf('x'.repeat(500))).toEqual(['x'.repeat(100)]);
  });
});

describe('a search', () => {
  it.each([
    { text: 'milk', query: "'7:milk':*" },
    { text: 'Buy Milk', query: "'7:buy' & '7:milk':*" },
    { text: "o'clo", query: "'7:o''clo':*" },
    { text: 'a & !b | (c)', query: "'7:a' & '7:b' & '7:c':*" },
    { text: "x':* | 'y\\", query: "'7:x' & '7:y':*" },
    { text: 'mi buy buy mi', query: "'7:mi' & '7:buy' & '7:mi':*" },
    { text: '🥛', query: null },
  ])('of user 7 for $text', ({ text, query }) => expect(searchQuery('7', text)).toBe(query));

  it('is for what the same user wrote', () => {
    expect(lexemesOf('7', 'Buy milk, buy!')).toEqual(['7:buy', '7:milk']);
  });
});
