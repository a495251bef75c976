import type { ServerResponse } from "node:http";
import { ApiError } from "../server/api-error.ts";
import { type ConsoleEvent, createEventReader, type EventReader } from "./event-reader.ts";

/** A browser allows six connections to one host, so these are several browsers. */
const MAX_READERS = 16;
const BEAT_EVERY_MS = 15_000;

/** All pages that read events. */
export interface EventHub {
  readonly readers: number;
  /**
   * Sends events to a page until it closes the connection.
   * @throws {ApiError} when too many pages read already
   */
  join(response: ServerResponse, first: readonly ConsoleEvent[]): void;
  send(event: ConsoleEvent): void;
  close(): void;
}

/** @param onReaders called with the number of readers after each change */
export function createEventHub(onReaders: (readers: number) => void = () => {}): EventHub {
  const readers = new Set<EventReader>();
  const timer = setInterval(() => {
    for (const reader of readers) reader.beat();
  }, BEAT_EVERY_MS);
  timer.unref();
  return {
    get readers() {
      return readers.size;
    },
    join(response, first) {
      if (readers.size >= MAX_READERS) {
        const problem = `${MAX_READERS} pages read the events already: close one of them`;
        throw new ApiError(503, "TooManyReadersError", problem);
      }
      response.writeHead(200, { "content-type": "text/event-stream" });
      const reader = createEventReader(response);
      readers.add(reader);
      response.once("close", () => {
        readers.delete(reader);
        onReaders(readers.size);
      });
      for (const event of first) reader.send(event);
      onReaders(readers.size);
    },
    send(event) {
      for (const reader of readers) reader.send(event);
    },
    close() {
      clearInterval(timer);
      for (const reader of readers) reader.end();
      // A reading that is under way still sends: nothing may be written to a page that has ended.
      readers.clear();
    },
  };
}
