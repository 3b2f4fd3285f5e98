/** Columns padded with spaces; the last one is cut to the width that is left. */
export function renderTable(header: string[], rows: string[][], width: number): string {
  const all = [header, ...rows];
  const widths = header.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  return all.map((row) => cut(renderRow(row, widths), width)).join('\n');
}

function renderRow(row: string[], widths: number[]): string {
  return row
    .map((cell, column) => cell.padEnd(widths[column] ?? 0))
    .join('  ')
    .trimEnd();
}

export function cut(line: string, width: number): string {
  return line.length <= width ? line : `${line.slice(0, Math.max(0, width - 1))}…`;
}
