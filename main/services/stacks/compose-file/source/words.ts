/** Splits a command line into words as a shell would, without running or expanding anything. */

export class UnclosedQuote extends Error {
  override readonly name = 'UnclosedQuote';
}

interface Reader {
  text: string;
  at: number;
}

/** Throws UnclosedQuote. */
export function splitWords(text: string): string[] {
  const reader: Reader = { text, at: 0 };
  const words: string[] = [];
  for (skipSpace(reader); reader.at < text.length; skipSpace(reader)) words.push(readWord(reader));
  return words;
}

function skipSpace(reader: Reader): void {
  while (/\s/.test(reader.text[reader.at] ?? '')) reader.at += 1;
}

function readWord(reader: Reader): string {
  let word = '';
  while (reader.at < reader.text.length && !/\s/.test(reader.text[reader.at] ?? '')) word += readPart(reader);
  return word;
}

function readPart(reader: Reader): string {
  const letter = reader.text[reader.at] ?? '';
  reader.at += 1;
  if (letter === "'") return readUntil(reader, "'", false);
  if (letter === '"') return readUntil(reader, '"', true);
  if (letter !== '\\') return letter;
  reader.at += 1;
  return reader.text[reader.at - 1] ?? '';
}

function readUntil(reader: Reader, quote: string, escapes: boolean): string {
  let part = '';
  while (reader.at < reader.text.length) {
    const letter = reader.text[reader.at] ?? '';
    reader.at += 1;
    if (letter === quote) return part;
    if (escapes && letter === '\\') {
      part += reader.text[reader.at] ?? '';
      reader.at += 1;
    } else part += letter;
  }
  throw new UnclosedQuote(`The quote ${quote} is not closed.`);
}
