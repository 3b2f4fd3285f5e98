/** Longer lines are cut for display; the whole of them is what `docker logs` prints. */
export const LINE_DISPLAY_LIMIT = 10_000;

/** Enough raw text to fill the limit although much of it is colour codes. */
const RAW_LIMIT = 4 * LINE_DISPLAY_LIMIT;

const ESC = String.fromCharCode(0x1b);
const BEL = String.fromCharCode(0x07);
const CSI = String.fromCharCode(0x9b);

/**
 * Terminal sequences: CSI in both spellings, and terminated OSC, DCS and their kin. An unterminated
 * one loses its ESC only, so that nobody can hide the rest of a line behind it. Every alternative is
 * linear: none of the repeated classes contains the character that begins a new attempt.
 */
const SEQUENCES = new RegExp(
  [
    `(?:${ESC}\\[|${CSI})[0-?]*[ -/]*[@-~]`,
    `${ESC}[\\]PX^_][^${BEL}${ESC}]*(?:${BEL}|${ESC}\\\\)`,
    `${ESC}[ -/]+[0-~]`,
  ].join('|'),
  'g',
);

/** Right-to-left overrides and their kin make a line read as something it is not. */
const DIRECTION_MARKS = /[\u202a-\u202e\u2066-\u2069]/g;
const LINE_SEPARATORS = /[\u2028\u2029]/g;
const CONTROLS_BUT_TAB = /[^\P{Cc}\t]/gu;
const LONE_SURROGATES = /\p{Cs}/gu;

/**
 * A program's output line as it may be shown: one line of plain text, at most 10,000 characters.
 * What a terminal would have overwritten after a carriage return is left out, as it would be there.
 */
export function sanitiseLine(raw: string): string {
  const visible = lastOverwrite(raw.slice(0, RAW_LIMIT).replace(/\r+$/, ''))
    .replace(SEQUENCES, '')
    .replace(LINE_SEPARATORS, ' ')
    .replace(DIRECTION_MARKS, '')
    .replace(CONTROLS_BUT_TAB, '')
    .replace(LONE_SURROGATES, '\ufffd');
  const isCut = raw.length > RAW_LIMIT || visible.length > LINE_DISPLAY_LIMIT;
  return isCut ? cut(visible, raw.length) : visible;
}

function lastOverwrite(text: string): string {
  return text.slice(text.lastIndexOf('\r') + 1);
}

function cut(visible: string, length: number): string {
  const note = ` … (line of ${length} characters)`;
  return visible.slice(0, LINE_DISPLAY_LIMIT - note.length).replace(LONE_SURROGATES, '\ufffd') + note;
}
