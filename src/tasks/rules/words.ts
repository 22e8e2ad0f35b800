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

/**
 * The words that the segmenter finds in ASCII (UAX #29 section 4.1), found in a tenth of the time: letters, digits and
 * underscores; and what stands between two letters, or two digits, without parting them, as in `don't` and `1,000.5`.
 */
const ASCII_WORD = /(?:\w|(?<=[A-Za-z])[.':](?=[A-Za-z])|(?<=\d)[.,;'](?=\d))+/g;

const ASCII = /^[\0-\x7f]*$/;

function read(text: string): string[] {
  if (ASCII.test(text)) {
    const found = text.toLowerCase().match(ASCII_WORD) ?? [];
    return found.filter((word) => word !== '_').map((word) => word.slice(0, LONGEST_WORD));
  }
  return [...segmenter.segment(text.normalize('NFKC'))]
    .filter(({ isWordLike }) => isWordLike)
    .map(({ segment }) => [...fold(segment)].slice(0, LONGEST_WORD).join(''));
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
  const words = read(text);
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
