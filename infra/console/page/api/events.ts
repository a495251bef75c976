import * as z from "zod/mini";
import { tokenOfTab } from "./call.ts";
import {
  type DepthSample,
  depthSampleSchema,
  goneSchema,
  type Poll,
  pollSchema,
  type Summary,
  summarySchema,
} from "./schemas.ts";

/** What happened in the stack. */
export type ConsoleEvent =
  | { readonly kind: "poll"; readonly poll: Poll }
  | { readonly kind: "gone"; readonly pollId: string }
  | { readonly kind: "depths"; readonly sample: DepthSample }
  | { readonly kind: "summary"; readonly summary: Summary };

/** `live`: events come; `gone`: the console does not answer, and is asked again. */
export type Connection = "connecting" | "live" | "gone";

const RETRY_MS = 2000;

/**
 * Reads events for as long as the page is open, and connects again when the console was away.
 *
 * @returns ends it
 */
export function readEvents(
  take: (event: ConsoleEvent) => void,
  connectionIs: (connection: Connection) => void,
): () => void {
  let source: EventSource | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const connect = (): void => {
    const opened = new EventSource(`/api/events?token=${encodeURIComponent(tokenOfTab() ?? "")}`);
    source = opened;
    opened.onopen = () => connectionIs("live");
    opened.onerror = () => {
      connectionIs("gone");
      // A refused connection stays closed: only a broken one is opened again by the browser.
      if (opened.readyState === EventSource.CLOSED) timer = setTimeout(connect, RETRY_MS);
    };
    const on = <T extends z.ZodMiniType>(
      name: string,
      schema: T,
      event: (data: z.infer<T>) => ConsoleEvent,
    ): void => {
      opened.addEventListener(name, ({ data }: MessageEvent<unknown>) => {
        const parsed = z.safeParse(schema, jsonOf(data));
        if (parsed.success) take(event(parsed.data));
      });
    };
    on("poll", pollSchema, (poll) => ({ kind: "poll", poll }));
    on("gone", goneSchema, ({ pollId }) => ({ kind: "gone", pollId }));
    on("depths", depthSampleSchema, (sample) => ({ kind: "depths", sample }));
    on("summary", summarySchema, (summary) => ({ kind: "summary", summary }));
  };

  connect();
  return () => {
    clearTimeout(timer);
    source?.close();
  };
}

function jsonOf(data: unknown): unknown {
  try {
    return JSON.parse(String(data));
  } catch {
    return undefined;
  }
}
