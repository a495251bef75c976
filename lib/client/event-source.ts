import { setTimeout as sleep } from "node:timers/promises";
import { queueArn } from "./queue-attributes.ts";
import type { Services } from "./services.ts";

/** The event source mapping between the poll queue and the function: whether polls are received. */
export interface EventSource {
  isPaused(): Promise<boolean>;
  /** Resolves when it is so. */
  setPaused(paused: boolean): Promise<void>;
}

const PAUSE_MS = 500;
const LONGEST_CHANGE_MS = 180_000;

/** @param now in epoch ms */
export function eventSource(
  services: Pick<Services, "sqs" | "lambda">,
  queueUrl: string,
  functionName: string,
  now: () => number,
): EventSource {
  const mapping = async () => {
    const { client, ListEventSourceMappingsCommand } = await services.lambda();
    const EventSourceArn = await queueArn(services, queueUrl);
    const { EventSourceMappings: [found] = [] } = await client.send(
      new ListEventSourceMappingsCommand({ FunctionName: functionName, EventSourceArn }),
    );
    if (found?.UUID === undefined) {
      throw new Error(
        `function ${functionName}: has no event source mapping for ${queueUrl}. Name the alias that the queue invokes, ` +
          "as the stack's output FunctionArn does",
      );
    }
    return { UUID: found.UUID, State: found.State };
  };

  return {
    async isPaused() {
      return isOff((await mapping()).State);
    },

    async setPaused(paused) {
      const { client, ...sdk } = await services.lambda();
      const wanted = paused ? "Disabled" : "Enabled";
      const { UUID } = await mapping();
      const stateOnce = async (isReached: (state: string | undefined) => boolean) => {
        const until = now() + LONGEST_CHANGE_MS;
        for (;;) {
          const { State } = await client.send(new sdk.GetEventSourceMappingCommand({ UUID }));
          if (isReached(State)) return State;
          if (now() > until) {
            throw new Error(`event source mapping ${UUID}: still ${State}, not ${wanted}`);
          }
          await sleep(PAUSE_MS);
        }
      };
      // Lambda refuses a change while another one is under way (UpdateEventSourceMapping: ResourceInUseException).
      if ((await stateOnce((state) => !state?.endsWith("ing"))) === wanted) return;
      await client.send(new sdk.UpdateEventSourceMappingCommand({ UUID, Enabled: !paused }));
      await stateOnce((state) => state === wanted);
    },
  };
}

function isOff(state: string | undefined): boolean {
  return state === "Disabled" || state === "Disabling";
}
