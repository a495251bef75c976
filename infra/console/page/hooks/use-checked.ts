import { useEffect, useState } from "preact/hooks";
import { call, errorWords } from "../api/call.ts";
import { type MessageProblem, validationSchema } from "../api/schemas.ts";

/** The result of a check; absent while it runs. */
export interface Checked {
  /** The text that was checked. */
  readonly text: string;
  readonly problems: readonly MessageProblem[];
}

const PAUSE_MS = 250;

/** Checks a message as the poller does, a moment after each change of its text. */
export function useChecked(text: string): Checked | undefined {
  const [checked, setChecked] = useState<Checked>();
  useEffect(() => {
    const controller = new AbortController();
    const { signal } = controller;
    const timer = setTimeout(() => {
      call(validationSchema, "/api/validate", { body: { message: text }, signal }).then(
        ({ errors = [] }) => setChecked({ text, problems: errors }),
        (error: unknown) => {
          if (signal.aborted) return;
          setChecked({ text, problems: [{ path: "", message: errorWords(error) }] });
        },
      );
    }, PAUSE_MS);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [text]);
  return checked?.text === text ? checked : undefined;
}
