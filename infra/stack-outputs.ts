import { CloudFormationClient, DescribeStacksCommand } from "@aws-sdk/client-cloudformation";

/**
 * Reads the outputs of a deployed stack, as AWS has them.
 *
 * @param region the stack's; taken from the SDK's own chain where it is not given
 * @throws where there is no such stack, or it cannot be asked for
 */
export async function stackOutputs(
  stack: string,
  region?: string,
): Promise<Readonly<Record<string, string>>> {
  const client = new CloudFormationClient({ ...(region !== undefined && { region }) });
  try {
    const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: stack }));
    const outputs = Stacks?.[0]?.Outputs ?? [];
    return Object.fromEntries(
      outputs.map(({ OutputKey = "", OutputValue = "" }) => [OutputKey, OutputValue]),
    );
  } finally {
    client.destroy();
  }
}
