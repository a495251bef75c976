import type { WriteStream } from "node:tty";
import { createLogUpdate } from "log-update";
import { render, withoutGuard } from "./output.ts";

const REDRAW_MS = 250;

/** Shows work under way: redrawn in place on a terminal, a line appended for each event elsewhere. */
export interface ProgressDisplay {
  /** Something happened. @param line What, for an output that is no terminal. */
  happened(line: string): void;
  /** Leaves the last frame standing and stops redrawing. Can be called twice. */
  end(): void;
}

/**
 * @param stream Where to write: `process.stdout` or `process.stderr`.
 * @param frame The whole picture as of now, a line each.
 */
export function createProgressDisplay(
  stream: WriteStream,
  frame: () => readonly string[],
): ProgressDisplay {
  // A pseudo-terminal can have no size: nothing could be drawn there.
  if (!stream.isTTY || !stream.rows || !stream.columns) {
    return { happened: (line) => void stream.write(`${line}\n`), end: () => undefined };
  }
  const logUpdate = createLogUpdate(withoutGuard(stream));
  const redraw = (): void => logUpdate(render(frame().join("\n"), stream));
  const timer = setInterval(redraw, REDRAW_MS).unref();
  let ended = false;
  return {
    happened: redraw,
    end() {
      if (ended) return;
      ended = true;
      clearInterval(timer);
      redraw();
      logUpdate.done();
    },
  };
}
