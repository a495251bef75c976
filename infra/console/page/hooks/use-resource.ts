import { useCallback, useEffect, useState } from "preact/hooks";
import { errorWords } from "../api/call.ts";

/** What was read from the server, or why it could not be. */
export interface Resource<T> {
  readonly data?: T;
  /** Words for the reader; the data before the error stays. */
  readonly error?: string;
  readonly reload: () => void;
}

/**
 * Reads from the server, again on `reload`, when `deps` change, and every `everyMs`.
 *
 * @param everyMs absent: only on `reload`
 */
export function useResource<T>(
  read: (signal: AbortSignal) => Promise<T>,
  deps: readonly unknown[],
  everyMs?: number,
): Resource<T> {
  const [state, setState] = useState<{ data?: T; error?: string }>({});
  const [turn, setTurn] = useState(0);
  const reload = useCallback(() => setTurn((before) => before + 1), []);
  useEffect(() => {
    const controller = new AbortController();
    read(controller.signal).then(
      (data) => setState({ data }),
      (error: unknown) => {
        if (controller.signal.aborted) return;
        setState((before) => ({ ...before, error: errorWords(error) }));
      },
    );
    return () => controller.abort();
  }, [...deps, turn]);
  useEffect(() => {
    if (everyMs === undefined) return;
    const timer = setInterval(() => {
      if (!document.hidden) reload();
    }, everyMs);
    return () => clearInterval(timer);
  }, [everyMs, reload]);
  return { ...state, reload };
}
