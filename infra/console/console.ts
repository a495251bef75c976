import { createServer } from "node:http";
import { join } from "node:path";
import { closeServer, listenOnLoopback } from "../local/http/listen.ts";
import { packageRoot } from "../local/package-root.ts";
import { messageRoutes } from "./api/message-routes.ts";
import { pollRoutes } from "./api/poll-routes.ts";
import type { ConsoleSource } from "./console-source.ts";
import { createEventHub } from "./events/event-hub.ts";
import { createDepthWatch } from "./polls/depth-watch.ts";
import { createPollWatch } from "./polls/poll-watch.ts";
import { readPageFiles } from "./server/page-files.ts";
import { createRequestHandler } from "./server/request-handler.ts";
import { createTickets } from "./server/tickets.ts";
import { newToken } from "./server/token.ts";

export interface ConsoleOptions {
  readonly source: ConsoleSource;
  /** @default 0, a free port */
  readonly port?: number;
  /** The built page. @default `dist/console` of this package */
  readonly pageFolder?: string;
  /** In epoch ms. @default Date.now */
  readonly now?: () => number;
  /** Called with the number of open pages after each change. */
  readonly onPages?: (pages: number) => void;
}

/** The page where people look, served on loopback. */
export interface Console {
  /** The page's address with its token: who has it may do everything that the page can. */
  readonly address: string;
  /** Makes an address that opens the page once, within a minute: it may stand on a command line. */
  addressForOnce(): string;
  /** How many pages are open. */
  readonly pages: number;
  /** Reads these polls soon: something happened to them. */
  pollsChanged(pollIds: Iterable<string>): void;
  close(): Promise<void>;
}

/**
 * Serves the page of a stack on 127.0.0.1.
 *
 * @throws {Error} when the page is not built, or the port is taken
 */
export async function startConsole(options: ConsoleOptions): Promise<Console> {
  const { source, port = 0, now = Date.now, onPages = () => {} } = options;
  const files = await readPageFiles(options.pageFolder ?? join(packageRoot(), "dist/console"));
  const token = newToken();
  const tickets = createTickets(now);
  const hub = createEventHub((pages) => {
    if (pages > 0) {
      polls.resume();
      depths.start();
    }
    onPages(pages);
  });
  const polls = createPollWatch({
    client: source.client,
    isLocal: source.isLocal,
    now,
    isWatched: () => hub.readers > 0,
    send: hub.send,
  });
  const depths = createDepthWatch(source.client, now, hub.send);
  const routes = {
    ...pollRoutes({ source, polls, depths, now }),
    ...messageRoutes({ source, polls, depths, now }),
  };
  const handler = createRequestHandler({
    token,
    tickets,
    files,
    routes,
    now,
    joinEvents: (response) => hub.join(response, [polls.summary()]),
  });
  const server = createServer({ maxHeaderSize: 16_384, requestTimeout: 60_000 }, handler);
  const origin = await listenOnLoopback(server, "The page", port);
  return {
    address: `${origin}/#token=${token}`,
    addressForOnce: () => `${origin}/open?ticket=${tickets.issue()}`,
    get pages() {
      return hub.readers;
    },
    pollsChanged: polls.changed,
    async close() {
      polls.close();
      depths.close();
      hub.close();
      await closeServer(server);
    },
  };
}
