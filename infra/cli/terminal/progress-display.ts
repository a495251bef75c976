import type { WriteStream } from "node:tty";
import { createLogUpdate } from "log-update";
import { render, withoutGuard } from "./output.ts";

const REDRAW_MS = 250;

/** A pseudo-terminal may have no size, and a dumb one (terminfo(5)) shows the codes that move the cursor. */
function canBeRedrawn({ isTTY, rows, columns }: WriteStream): boolean {
  return isTTY && rows > 0 && columns > 0 && process.env.TERM !== "dumb";
}

/** Shows progress: redrawn in place on a terminal, otherwise one more line per event. */
export interface ProgressDisplay {
  /** Reports an event; a terminal shows it with the next frame. @param line Its text, for any other output. */
  happened(line: string): void;
  /** Leaves the last frame on the screen and stops redrawing. May be called twice. */
  end(): void;
}

/**
 * @param stream The stream to write to: `process.stdout` or `process.stderr`.
 * @param frame Returns all lines of the current frame.
 */
export function createProgressDisplay(
  stream: WriteStream,
  frame: () => readonly string[],
): ProgressDisplay {
  if (!canBeRedrawn(stream)) {
    return { happened: (line) => void stream.write(`${line}\n`), end: () => undefined };
  }
  // It would hide the cursor of the standard error, whose guard shows the sequence instead.
  const logUpdate = createLogUpdate(withoutGuard(stream), { showCursor: true });
  const redraw = (): void => logUpdate(render(frame().join("\n"), stream));
  const timer = setInterval(redraw, REDRAW_MS).unref();
  let ended = false;
  return {
    // Ten thousand events at once make one frame.
    happened: () => undefined,
    end() {
      if (ended) return;
      ended = true;
      clearInterval(timer);
      redraw();
      logUpdate.done();
    },
  };
}
