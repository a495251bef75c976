import { createPollClient } from "../../../lib/client/index.ts";
import { stackOptions } from "../../../lib/client/stack-options.ts";
import type { ConsoleSource } from "../../console/console-source.ts";
import { stackParameters } from "../deployed-stack.ts";
import { pollerStackOutputs } from "../submit/stack-queue.ts";
import { localSender } from "../try/local-sender.ts";
import { historyIn } from "./history-parameter.ts";

/**
 * Makes the source of the page from a deployed stack, with the user's own credentials.
 *
 * @throws {UsageError} when there is no such stack, or it is not a stack of the poller
 */
export async function deployedSource(stack: string): Promise<ConsoleSource> {
  const outputs = await pollerStackOutputs(stack);
  const found = stackOptions(outputs);
  const { submit, ...client } = createPollClient(found);
  const [, , , region = ""] = found.functionName?.split(":") ?? [];
  return {
    name: stack,
    isLocal: false,
    region,
    hasTable: found.tableName !== undefined,
    history: historyIn(await stackParameters(stack)),
    client: { ...client, submit: (message) => submit(message) },
    send: localSender().send,
  };
}
