import {
  CloudFormationClient,
  DescribeStacksCommand,
  type Stack,
} from "@aws-sdk/client-cloudformation";
import { UsageError } from "./usage-error.ts";

/**
 * Reads the outputs of a deployed stack, as AWS has them.
 *
 * @param region the stack's; taken from the SDK's own chain where it is not given
 * @throws where there is no such stack, or it cannot be asked for: for want of a region, too
 */
export async function stackOutputs(
  stack: string,
  region?: string,
): Promise<Readonly<Record<string, string>>> {
  const { Outputs = [] } = (await describe(stack, region)) ?? {};
  return texts(Outputs.map((of) => [of.OutputKey, of.OutputValue]));
}

/**
 * Reads the parameters of a deployed stack.
 *
 * @returns none where there is no such stack, or it cannot be asked for
 */
export async function stackParameters(
  stack: string,
  region?: string,
): Promise<Readonly<Record<string, string>>> {
  const found = await describe(stack, region).catch(() => undefined);
  return texts((found?.Parameters ?? []).map((of) => [of.ParameterKey, of.ParameterValue]));
}

async function describe(stack: string, region: string | undefined): Promise<Stack | undefined> {
  const client = new CloudFormationClient({ ...(region !== undefined && { region }) });
  try {
    await client.config.region().catch((cause: unknown) => {
      throw new UsageError("no AWS region is set: give --region, or set AWS_REGION", { cause });
    });
    return (await client.send(new DescribeStacksCommand({ StackName: stack }))).Stacks?.[0];
  } finally {
    client.destroy();
  }
}

type Named = readonly [name: string | undefined, text: string | undefined];

const texts = (pairs: readonly Named[]): Readonly<Record<string, string>> =>
  Object.fromEntries(pairs.map(([name = "", text = ""]) => [name, text]));
