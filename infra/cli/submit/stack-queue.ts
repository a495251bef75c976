import { messageOf } from "../../../lib/message-of.ts";
import { UsageError } from "../usage-error.ts";

/**
 * Looks up the poll queue of a deployed stack: its output `QueueUrl`.
 *
 * @returns the queue's URL
 * @throws {UsageError} when there is no such stack, or it is not a stack of the poller
 */
export async function stackQueueUrl(stack: string): Promise<string> {
  return (await pollerStackOutputs(stack)).QueueUrl;
}

/**
 * Looks up the outputs of a deployed stack of the poller.
 *
 * @throws {UsageError} when there is no such stack, or it is not a stack of the poller
 */
export async function pollerStackOutputs(
  stack: string,
): Promise<Readonly<Record<string, string>> & { readonly QueueUrl: string }> {
  const { QueueUrl, ...outputs } = await outputsOf(stack);
  if (QueueUrl !== undefined) return { ...outputs, QueueUrl };
  throw new UsageError(
    `--stack ${stack} has no output QueueUrl: it is not a stack of infra/template.yaml`,
  );
}

async function outputsOf(stack: string) {
  // Only --stack needs this module, and it takes as long to load as all the rest.
  const { stackOutputs } = await import("../deployed-stack.ts");
  try {
    return await stackOutputs(stack);
  } catch (error) {
    throw new UsageError(`--stack ${stack} cannot be looked up: ${messageOf(error)}`, {
      cause: error,
    });
  }
}
