import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { SFNClient } from "@aws-sdk/client-sfn";
import { SNSClient } from "@aws-sdk/client-sns";
import type { DestinationClients } from "../../lib/deliveries/destinations.ts";
import { eventBus } from "../../lib/deliveries/event-bus.ts";
import { taskToken } from "../../lib/deliveries/task-token.ts";
import { topic } from "../../lib/deliveries/topic.ts";
import { currentInvocation } from "../kit/invocation.ts";
import { placeIn } from "./destinations.ts";
import type { WorldParts } from "./world.ts";

/** The parts of the commands of EventBridge, SNS and Step Functions that deliver. */
interface Input {
  readonly Entries?: readonly { readonly EventBusName: string; readonly Detail: string }[];
  readonly TopicArn?: string;
  readonly PublishBatchRequestEntries?: readonly {
    readonly Id: string;
    readonly Message: string;
  }[];
  readonly taskToken?: string;
  readonly output?: string;
  readonly cause?: string;
}

type Refusal = { readonly code: string } | undefined;

/** The other services that outcomes are delivered to: they refuse, forget their answer, or refuse single entries. */
export function faultyDestinations(parts: WorldParts): Required<DestinationClients> {
  const { clock, faults, ledger, random } = parts;

  const call = async (outcomes: readonly string[], effect: () => object): Promise<object> => {
    currentInvocation()?.checkAlive();
    const run = parts.currentRun();
    const fault = parts.outage("tell", clock.now()) ?? faults.next("tell");
    if (fault?.kind === "crashBefore") parts.crash();
    if (fault?.kind === "refused") {
      for (const outcome of outcomes) ledger.refused(run, outcome);
      throw new Error("the simulated service is not available");
    }
    const result = effect();
    ledger.check();
    if (fault?.kind === "crashAfter") parts.crash();
    if (fault?.kind === "ambiguous") {
      ledger.blame(outcomes, run);
      throw new Error("the answer of the simulated service was lost");
    }
    return result;
  };

  const receive = (outcome: string, place: number, codes: readonly [string, string]): Refusal => {
    const history = ledger.historyOf(outcome);
    const answer = ledger.deliveries.attempted(history, place);
    if (answer === "accept") {
      ledger.accepted(outcome, place);
      return undefined;
    }
    ledger.refused(parts.currentRun(), outcome);
    return { code: answer === "refuse for good" ? codes[1] : codes[0] };
  };

  const putEvents = async ({ Entries = [] }: Input) => {
    await clock.sleep(1 + random() * 20);
    return call(
      Entries.map(({ Detail }) => Detail),
      () => ({
        Entries: Entries.map(({ EventBusName, Detail }) => {
          const codes = ["ThrottlingException", "ResourceNotFoundException"] as const;
          const refusal = receive(Detail, placeIn(EventBusName), codes);
          return refusal === undefined ? { EventId: "accepted" } : { ErrorCode: refusal.code };
        }),
      }),
    );
  };

  const publish = async ({ TopicArn = "", PublishBatchRequestEntries: entries = [] }: Input) => {
    await clock.sleep(1 + random() * 20);
    return call(
      entries.map(({ Message }) => Message),
      () => {
        const results = entries.map(({ Id, Message }) => {
          const codes = ["InternalError", "NotFound"] as const;
          return { Id, refusal: receive(Message, placeIn(TopicArn), codes) };
        });
        return {
          Successful: results.filter(({ refusal }) => refusal === undefined),
          Failed: results.flatMap(({ Id, refusal }) =>
            refusal === undefined ? [] : [{ Id, Code: refusal.code }],
          ),
        };
      },
    );
  };

  // Takes no time: its calls share places among all invocations, and an aborted scenario must not keep one.
  const tellTask = ({ taskToken = "", output, cause = "" }: Input) => {
    const outcome = output ?? cause;
    return call([outcome], () => {
      const refusal = receive(outcome, placeIn(taskToken), ["ThrottlingException", "TaskTimedOut"]);
      if (refusal === undefined) return {};
      throw Object.assign(new Error("refused by the simulated service"), { name: refusal.code });
    });
  };

  return {
    eventBridge: clientThat(EventBridgeClient, putEvents),
    sns: clientThat(SNSClient, publish),
    sfn: clientThat(SFNClient, tellTask),
  };
}

/** A client of this kind whose calls never leave the process. */
function clientThat<Client extends object>(
  kind: { readonly prototype: Client },
  send: (input: Input) => Promise<object>,
): Client {
  return Object.assign(Object.create(kind.prototype), {
    send: ({ input }: { readonly input: Input }) => send(input),
  });
}

const nothing = async () => ({});

/** Loads the AWS clients before the first scenario: loading takes real time, which a replay must not depend on. */
export async function loadDestinations(): Promise<void> {
  const outcomes = [{ outcome: {}, json: "{}" }];
  const options = { signal: undefined };
  await eventBus("bus", clientThat(EventBridgeClient, nothing)).deliver(outcomes, options);
  await topic("topic", clientThat(SNSClient, nothing)).deliver(outcomes, options);
  await taskToken("token", clientThat(SFNClient, nothing)).deliver(outcomes, options);
}
