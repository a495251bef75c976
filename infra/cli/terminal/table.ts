import { stripVTControlCharacters } from "node:util";

const GAP = "  ";

const widthOf = (cell: string): number => stripVTControlCharacters(cell).length;

/**
 * Lays out rows in columns, each as wide as its widest cell; colours do not count.
 *
 * @param rows Cells, left to right. Rows may have different lengths.
 * @returns One line a row, without trailing spaces.
 */
export function alignColumns(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, widthOf(cell));
    });
  }
  const pad = (cell: string, column: number): string =>
    cell + " ".repeat((widths[column] ?? 0) - widthOf(cell));
  return rows.map((row) => row.map(pad).join(GAP).trimEnd());
}

/** Text on one line of at most `width` characters; what is cut is marked by an ellipsis. */
export function shorten(text: string, width: number): string {
  const oneLine = text.replace(/\s+/g, " ");
  return oneLine.length <= width ? oneLine : `${oneLine.slice(0, width - 1)}…`;
}
