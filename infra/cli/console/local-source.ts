import { readLocalStack } from "../../../lib/client/local-stack.ts";
import type { ConsoleSource } from "../../console/console-source.ts";
import type { LocalSecrets } from "../../local/secrets/server.ts";
import { lookAtMessages } from "../../local/sqs/look.ts";
import { localSender } from "../try/local-sender.ts";
import { historyIn } from "./history-parameter.ts";
import { localClient } from "./local-client.ts";

/**
 * Makes the source of the page from the local stack that listens at a port of this machine.
 *
 * @param secrets those that 'try it' may use. `@default` none
 * @throws {NoLocalStackError} when none does
 */
export async function localSource(
  port: number,
  secrets: LocalSecrets = {},
): Promise<ConsoleSource> {
  const { outputs, region, parameters } = await readLocalStack(port);
  const queue = queueNameIn(outputs.QueueUrl ?? "");
  return {
    name: `local stack, port ${port}`,
    isLocal: true,
    region,
    hasTable: outputs.TableName !== undefined,
    history: historyIn(parameters),
    client: localClient(port),
    send: localSender(secrets).send,
    async lookAtMessage(pollId) {
      const messages = await lookAtMessages(port, { pollId, queue });
      return messages.at(-1);
    },
  };
}

const queueNameIn = (url: string): string => url.slice(url.lastIndexOf("/") + 1);
