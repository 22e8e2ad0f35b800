/** Splits text of any language into words, also where no blanks stand between them. */
const segmenter = new Intl.Segmenter('und', { granularity: 'word' });

/** Characters of a word that count; PostgreSQL takes lexemes of up to 2046 bytes. */
const LONGEST_WORD = 100;

/** Accents of Latin, Greek and Cyrillic letters, points of Hebrew and Arabic ones. Other marks make another letter. */
const ACCENTS = /[\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0670]/g;

/** The words of a text as they are searched for: each once, without case and accents. */
export function wordsOf(text: string): string[] {
  return [...new Set(read(text))];
}

function* read(text: string): Iterable<string> {
  for (const { segment, isWordLike } of segmenter.segment(text.normalize('NFKC'))) {
    if (isWordLike) yield [...fold(segment)].slice(0, LONGEST_WORD).join('');
  }
}

/** Through capitals: some letters are told apart in lower case alone, such as `ß` and `ss`, and both Greek `σ`. */
function fold(word: string): string {
  const plain = word.normalize('NFD').replaceAll(ACCENTS, '').normalize('NFC');
  return plain.toLowerCase().toUpperCase().toLowerCase().replaceAll('ς', 'σ');
}

/** What a text of the user's is found by. @returns lexemes of a `tsvector` */
export function lexemesOf(userId: string, text: string): string[] {
  return wordsOf(text).map((word) => toLexeme(userId, word));
}

/**
 * A search of the user's for all words, the last one as the beginning of a word.
 *
 * @returns text of a `tsquery`, or null without words
 */
export function searchQuery(userId: string, text: string): string | null {
  const words = [...read(text)];
  const beginning = words.pop();
  if (beginning === undefined) return null;
  const lexeme = (word: string): string => quote(toLexeme(userId, word));
  return [...[...new Set(words)].map(lexeme), `${lexeme(beginning)}:*`].join(' & ');
}

/** The index holds words of all users; with the user in front, a search passes by nobody else's. */
function toLexeme(userId: string, word: string): string {
  return `${userId}:${word}`;
}

function quote(word: string): string {
  return `'${word.replaceAll(/['\\]/g, '$&$&')}'`;
}
