/** The rows that are drawn: from `first` up to, not including, `end`. */
export interface RowWindow {
  readonly first: number;
  readonly end: number;
}

/** Rows beyond the edges, so that quick scrolling shows no gap. */
const BEYOND = 8;

/**
 * Says which rows of a long list are in view.
 *
 * @param top how far the list's top is above the top of the view, in pixels; negative: below it
 * @param height of the view, in pixels
 */
export function rowWindow(rows: number, rowHeight: number, top: number, height: number): RowWindow {
  const first = Math.floor(top / rowHeight) - BEYOND;
  const end = Math.ceil((top + height) / rowHeight) + BEYOND;
  return { first: clamp(first, rows), end: clamp(end, rows) };
}

/** Where a key moves the active row to; undefined: the key does not move it. */
export function rowAfterKey(
  key: string,
  active: number,
  rows: number,
  perPage: number,
): number | undefined {
  const moves: Readonly<Record<string, number>> = {
    ArrowDown: active + 1,
    ArrowUp: active - 1,
    PageDown: active + perPage,
    PageUp: active - perPage,
    Home: 0,
    End: rows - 1,
  };
  const to = moves[key];
  return to === undefined || rows === 0 ? undefined : Math.min(Math.max(to, 0), rows - 1);
}

function clamp(row: number, rows: number): number {
  return Math.min(Math.max(row, 0), rows);
}
