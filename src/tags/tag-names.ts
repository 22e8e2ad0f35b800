/**
 * The form in which names of tags are compared: names of one form are one tag, whatever their case and however their
 * accents are encoded. Through capitals first, for some letters are told apart in lower case alone (`ß` and `ss`).
 */
export function tagNameKey(name: string): string {
  return name.trim().replaceAll(/\s+/g, ' ').normalize('NFC').toUpperCase().toLowerCase().normalize('NFC');
}
