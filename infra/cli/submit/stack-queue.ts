import { UsageError } from "../usage-error.ts";
import { namingRegionOption } from "./region.ts";

/**
 * Looks up the poll queue of a deployed stack: its output `QueueUrl`.
 *
 * @param region the stack's; taken from the SDK's own chain where it is not given
 * @returns the queue's URL
 * @throws {UsageError} when there is no such stack, or it is none of the poller's
 */
export async function stackQueueUrl(stack: string, region?: string): Promise<string> {
  const { QueueUrl } = await outputsOf(stack, region);
  if (QueueUrl !== undefined) return QueueUrl;
  throw new UsageError(
    `--stack ${stack} has no output QueueUrl: it is no stack of infra/template.yaml`,
  );
}

async function outputsOf(stack: string, region: string | undefined) {
  // Only this option needs it, and it takes as long to load as all the rest.
  const { stackOutputs } = await import("../deployed-stack.ts");
  try {
    return await stackOutputs(stack, region);
  } catch (error) {
    const reason = namingRegionOption(error instanceof Error ? error.message : String(error));
    throw new UsageError(`--stack ${stack} cannot be looked up: ${reason}`, { cause: error });
  }
}
