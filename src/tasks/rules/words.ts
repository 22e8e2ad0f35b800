/** Splits text of any language into words, also where no blanks stand between them. */
const segmenter = new Intl.Segmenter(undefined, { granularity: 'word' });

/** Characters of a word that count; PostgreSQL takes lexemes of up to 2046 bytes. */
const LONGEST_WORD = 100;

/** The words of a text as they are searched for: each once, without case and accents. */
export function wordsOf(text: string): string[] {
  const words = new Set<string>();
  for (const { segment, isWordLike } of segmenter.segment(fold(text))) {
    if (isWordLike) words.add([...segment].slice(0, LONGEST_WORD).join(''));
  }
  return [...words];
}

/** Compatibility forms apart from their marks (Unicode UAX 15), in lower case. */
function fold(text: string): string {
  return text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase();
}

/** A search for all words, the last one as the beginning of a word. @returns text of a `tsquery`, or null without words */
export function searchQuery(text: string): string | null {
  const words = wordsOf(text);
  if (words.length === 0) return null;
  const quoted = words.map((word) => `'${word.replaceAll(/['\\]/g, '$&$&')}'`);
  return `${quoted.join(' & ')}:*`;
}
