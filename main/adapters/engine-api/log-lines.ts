/** Log frames to lines: time stamps off the front, lines the engine cut at 16 KiB put together again. Pure. */
import type { RawLogLine } from '../../services/hosts/engine';
import type { Frame } from '../../streams/docker-frames';

/** A line longer than this is handed out in pieces rather than collected without end. */
export const MAX_LINE_BYTES = 1024 * 1024;

const NEWLINE = 10;
const CARRIAGE_RETURN = 13;
const SPACE = 32;
/** `2026-11-23T06:27:42.123456789Z` is 30 bytes; an offset instead of Z is longer. */
const LONGEST_STAMP_BYTES = 40;

type StreamName = Frame['stream'];
interface Unfinished {
  stamp: string;
  parts: Buffer[];
  bytes: number;
}

export interface LineAssembler {
  push(stream: StreamName, bytes: Buffer): RawLogLine[];
  /** What had no newline when the stream ended. */
  finish(): RawLogLine[];
}

function readStamp(bytes: Buffer): { stamp: string; rest: Buffer } {
  const end = bytes.indexOf(SPACE);
  if (end <= 0 || end > LONGEST_STAMP_BYTES) return { stamp: '', rest: bytes };
  const stamp = bytes.toString('latin1', 0, end);
  if (Number.isNaN(Date.parse(stamp))) return { stamp: '', rest: bytes };
  return { stamp, rest: bytes.subarray(end + 1) };
}

function toLine(stream: StreamName, held: Unfinished): RawLogLine {
  const whole = Buffer.concat(held.parts);
  const end = whole.at(-1) === CARRIAGE_RETURN ? whole.length - 1 : whole.length;
  const at = held.stamp ? Date.parse(held.stamp) : 0;
  return { stream, at, stamp: held.stamp, text: whole.toString('utf8', 0, end) };
}

export function createLineAssembler(): LineAssembler {
  const unfinished = new Map<StreamName, Unfinished>();

  /** Every frame carries a stamp; in a line that goes on it is not part of the text. */
  function open(stream: StreamName, bytes: Buffer): { held: Unfinished; rest: Buffer } {
    const { stamp, rest } = readStamp(bytes);
    const known = unfinished.get(stream);
    const held = known ?? { stamp, parts: [], bytes: 0 };
    unfinished.set(stream, held);
    return { held, rest };
  }

  function close(stream: StreamName, held: Unfinished): RawLogLine {
    unfinished.delete(stream);
    return toLine(stream, held);
  }

  function takeOne(stream: StreamName, bytes: Buffer, lines: RawLogLine[]): Buffer {
    const { held, rest } = open(stream, bytes);
    const end = rest.indexOf(NEWLINE);
    const text = end < 0 ? rest : rest.subarray(0, end);
    held.parts.push(Buffer.from(text));
    held.bytes += text.length;
    if (end >= 0 || held.bytes >= MAX_LINE_BYTES) lines.push(close(stream, held));
    return end < 0 ? rest.subarray(rest.length) : rest.subarray(end + 1);
  }

  return {
    push(stream, bytes) {
      const lines: RawLogLine[] = [];
      let rest = bytes;
      while (rest.length > 0) rest = takeOne(stream, rest, lines);
      return lines;
    },
    finish() {
      const lines = [...unfinished].map(([stream, held]) => toLine(stream, held));
      unfinished.clear();
      return lines;
    },
  };
}
