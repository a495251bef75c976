import type { Depths } from "../../../lib/client/index.ts";
import { isKnownPaused } from "../../../lib/client/known-pause.ts";
import type { ConsoleClient } from "../console-source.ts";
import type { ConsoleEvent } from "../events/event-reader.ts";

/** The depths of all queues at one time, and whether anything is received. */
export interface DepthSample extends Depths {
  /** ISO 8601. */
  readonly at: string;
  /** `false`, too, when it is not known. */
  readonly isPaused: boolean;
}

/** Three calls of GetQueueAttributes each time: less than a tenth of a cent per hour. */
const SAMPLE_EVERY_MS = 10_000;
const KEPT = 3_600_000 / SAMPLE_EVERY_MS;

/** Samples the depths of the queues, from the first page that is opened on. */
export interface DepthWatch {
  /** Begins, if it has not yet begun. */
  start(): void;
  /** Takes a sample soon: something happened to the queues. */
  changed(): void;
  /** The samples of the last hour, the oldest first. */
  samples(): readonly DepthSample[];
  /** @throws when the queues cannot be asked */
  sample(): Promise<DepthSample>;
  close(): void;
}

export function createDepthWatch(
  client: Pick<ConsoleClient, "depths" | "isPaused">,
  now: () => number,
  send: (event: ConsoleEvent) => void,
): DepthWatch {
  let samples: DepthSample[] = [];
  const sample = async (): Promise<DepthSample> => {
    const [depths, isPaused] = await Promise.all([client.depths(), isKnownPaused(client)]);
    const taken = { at: new Date(now()).toISOString(), ...depths, isPaused };
    samples = [...samples.slice(-KEPT + 1), taken];
    send({ kind: "depths", key: "depths", data: taken });
    return taken;
  };
  // A sample that is missing shows as a gap; the page's own request says why.
  const take = () => {
    sample().catch(() => undefined);
  };
  let timer: NodeJS.Timeout | undefined;
  return {
    start() {
      if (timer !== undefined) return;
      timer = setInterval(take, SAMPLE_EVERY_MS);
      timer.unref();
      take();
    },
    changed: take,
    samples: () => samples,
    sample,
    close: () => clearInterval(timer),
  };
}
