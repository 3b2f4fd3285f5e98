/** What reading one set of files needs to know; `include` opens a new one. */
import { readFile } from 'node:fs/promises';
import { DomainError } from '../../../errors';
import type { Interpolation } from '../interpolation/apply';
import type { Base } from '../shape/paths';
import { invalidCompose } from '../source/failure';
import type { Origin, SourceFile } from '../source/tree';

export interface LoadContext {
  base: Base;
  interpolation: Interpolation;
  /** Files that are being included right now, outermost first. */
  including: string[];
}

/** `from` is where the path is written; without it the caller named the file. */
export async function readSource(path: string, from?: Origin): Promise<SourceFile> {
  try {
    return { path, text: await readFile(path, 'utf8') };
  } catch (cause) {
    if (from) throw invalidCompose(from, `The file ${path} cannot be read: ${reasonOf(cause)}.`, { cause });
    const message = `The Compose file ${path} cannot be read: ${reasonOf(cause)}.`;
    throw new DomainError('NOT_FOUND', { kind: 'compose file', name: path }, message, { cause });
  }
}

const REASONS: Record<string, string> = {
  ENOENT: 'it does not exist',
  EACCES: 'permission is denied',
  EISDIR: 'it is a directory',
  ENOTDIR: 'a part of its path is not a directory',
};

function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return REASONS[code] ?? (code || String(error));
}
