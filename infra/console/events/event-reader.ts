import type { ServerResponse } from "node:http";

/** An event for the page. Of two with one key, only the later one counts. */
export interface ConsoleEvent {
  readonly kind: "poll" | "gone" | "depths" | "summary";
  readonly key: string;
  readonly data: unknown;
}

/** One page that reads events. */
export interface EventReader {
  send(event: ConsoleEvent): void;
  /** Shows that the connection still works, or finds that it does not. */
  beat(): void;
  end(): void;
}

/**
 * Sends events as server-sent events. While the page does not read, only the newest event of each key is kept: what
 * waits never grows beyond one event per poll.
 */
export function createEventReader(response: ServerResponse): EventReader {
  const waiting = new Map<string, ConsoleEvent>();
  let isFull = false;

  const write = (text: string): void => {
    isFull = !response.write(text);
  };
  const flush = (): void => {
    for (const [key, event] of waiting) {
      if (isFull) return;
      waiting.delete(key);
      write(`event: ${event.kind}\ndata: ${JSON.stringify(event.data)}\n\n`);
    }
  };
  response.on("drain", () => {
    isFull = false;
    flush();
  });
  // The time after which a browser connects again, in ms.
  write("retry: 2000\n\n");
  return {
    send(event) {
      waiting.delete(event.key);
      waiting.set(event.key, event);
      flush();
    },
    beat() {
      if (!isFull) write(": \n\n");
    },
    end() {
      waiting.clear();
      response.end();
    },
  };
}
