import { createContext } from "preact";
import { useContext, useEffect } from "preact/hooks";
import type { Connection, ConsoleEvent } from "../api/events.ts";
import type { Stack } from "../api/schemas.ts";

/** What all views share. */
export interface Console {
  readonly stack: Stack | undefined;
  readonly connection: Connection;
  /** Grows whenever the connection comes back: what was read before may be old. */
  readonly epoch: number;
  /** Calls `take` for each event until the returned function is called. */
  readonly listen: (take: (event: ConsoleEvent) => void) => () => void;
  /** Says something to the reader for a moment, and to a screen reader. */
  readonly say: (words: string) => void;
}

export const ConsoleContext = createContext<Console>({
  stack: undefined,
  connection: "connecting",
  epoch: 0,
  listen: () => () => undefined,
  say: () => undefined,
});

export function useConsole(): Console {
  return useContext(ConsoleContext);
}

/** Calls `take` for each event while the component is shown. `take` must not change with each drawing. */
export function useEvents(take: (event: ConsoleEvent) => void): void {
  const { listen } = useConsole();
  useEffect(() => listen(take), [listen, take]);
}
