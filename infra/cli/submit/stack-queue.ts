import { UsageError } from "../usage-error.ts";

const OUTPUT = "QueueUrl";

/**
 * Looks up the poll queue of a deployed stack: its output `QueueUrl`.
 *
 * @param region the stack's; taken from the SDK's own chain where it is not given
 * @returns the queue's URL
 * @throws {UsageError} when there is no such stack, or it is none of the poller's
 */
export async function stackQueueUrl(stack: string, region?: string): Promise<string> {
  // Only this option needs it, and it takes as long to load as all the rest.
  const { CloudFormationClient, DescribeStacksCommand } = await import(
    "@aws-sdk/client-cloudformation"
  );
  const client = new CloudFormationClient({ ...(region !== undefined && { region }) });
  try {
    const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: stack }));
    const output = Stacks?.[0]?.Outputs?.find(({ OutputKey }) => OutputKey === OUTPUT);
    if (output?.OutputValue !== undefined) return output.OutputValue;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(`--stack ${stack} cannot be looked up: ${reason}`, { cause: error });
  } finally {
    client.destroy();
  }
  throw new UsageError(
    `--stack ${stack} has no output ${OUTPUT}: it is no stack of infra/template.yaml`,
  );
}
