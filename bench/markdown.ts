type Cells = readonly (string | number)[];

/** A table of Markdown. */
export function markdownTable(heads: Cells, rows: readonly Cells[]): string {
  return [heads, heads.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
