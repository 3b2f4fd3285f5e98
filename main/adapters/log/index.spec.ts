import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFileLog } from '.';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'log-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const written = (file: string) => readFileSync(file, 'utf8').trimEnd().split('\n');

describe('the log', () => {
  it('writes an event a line, with its level and what it is about', () => {
    const log = createFileLog(join(directory, 'not', 'there', 'yet'));
    log.info('Connection changed', { host: 'local', state: 'connected' });
    log.warn('Nothing more is known');
    const lines = written(log.file);
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatch(/\[info\].*Connection changed \{"host":"local","state":"connected"\}$/);
    expect(lines[1]).toMatch(/\[warn\].*Nothing more is known$/);
  });

  it('lets nothing that was said to it begin a line of its own or become a format', () => {
    const log = createFileLog(directory);
    const said = 'down\n[2026-01-01 00:00:00.000] [error] %s %o forged \u001b[31m';
    log.error('A part of supervision ended.', { cause: said });
    const lines = written(log.file);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain(JSON.stringify({ cause: said }));
  });
});
