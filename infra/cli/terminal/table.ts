import { escapeControls, unstyled } from "./output.ts";
import { widthOf } from "./width.ts";

const GAP = "  ";

/** The smallest width of a column that has to shrink. */
const LEAST_WIDTH = 3;

/**
 * Aligns rows in columns, each as wide as its widest cell, without counting styles. If that is too wide, the last
 * column shrinks first, then those before it.
 *
 * @param rows Cells, left to right. Rows may have different lengths.
 * @param maxWidth The maximum width of a line, in terminal columns.
 * @returns One line per row, without trailing spaces.
 */
export function alignColumns(
  rows: readonly (readonly string[])[],
  maxWidth: number = Number.POSITIVE_INFINITY,
): string[] {
  const cells = rows.map((row) => row.map((cell) => cell.replace(/[\t\n\r]+/g, " ")));
  const widths: number[] = [];
  for (const row of cells) {
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, widthOf(cell));
    });
  }
  let overflow = widths.reduce((sum, width) => sum + width + GAP.length, -GAP.length) - maxWidth;
  for (const [column, width] of [...widths.entries()].reverse()) {
    const kept = Math.max(Math.min(LEAST_WIDTH, width), width - Math.max(0, overflow));
    overflow -= width - kept;
    widths[column] = kept;
  }
  const fitted = (cell: string, column: number): string => {
    const width = widths[column] ?? 0;
    const text = widthOf(cell) > width ? shorten(cell, width) : cell;
    return text + " ".repeat(width - widthOf(text));
  };
  return cells.map((row) => row.map(fitted).join(GAP).trimEnd());
}

/** Shortens a text to one line of at most `width` terminal columns; an ellipsis marks the cut. */
export function shorten(text: string, width: number): string {
  const line = text.replace(/\s+/g, " ");
  // An escape may join with what follows it, so it is made before graphemes are counted: the 1 of \u0001 with U+20E3.
  const plain = escapeControls(unstyled(line));
  if (plain.length <= width * MAX_UNITS && widthOf(plain) <= width) return line;
  let short = "";
  let left = width - ELLIPSIS.length;
  for (const { segment } of graphemes.segment(plain.slice(0, width * MAX_UNITS))) {
    left -= widthOf(segment);
    if (left < 0) break;
    short += segment;
  }
  return short + ELLIPSIS;
}

const ELLIPSIS = "…";

/** A text with more code units per column than this is cut before it is measured. */
const MAX_UNITS = 100;

const graphemes = new Intl.Segmenter();
