import {
  CloudFormationClient,
  DescribeStacksCommand,
  type Stack,
} from "@aws-sdk/client-cloudformation";
import { isMissingStack } from "./target/aws-problem.ts";
import { regionOf } from "./target/region.ts";

/**
 * Reads the outputs of a deployed stack from AWS.
 *
 * @throws when there is no such stack, it cannot be described, or no region is set
 */
export async function stackOutputs(stack: string): Promise<Readonly<Record<string, string>>> {
  const { Outputs = [] } = (await describe(stack)) ?? {};
  return texts(Outputs.map((of) => [of.OutputKey, of.OutputValue]));
}

/**
 * Reads the parameters of a deployed stack.
 *
 * @returns an empty object when there is no such stack
 * @throws when it cannot be described, or no region is set
 */
export async function stackParameters(stack: string): Promise<Readonly<Record<string, string>>> {
  const found = await describe(stack).catch((error: unknown) => {
    if (!isMissingStack(error)) throw error;
  });
  return texts((found?.Parameters ?? []).map((of) => [of.ParameterKey, of.ParameterValue]));
}

async function describe(stack: string): Promise<Stack | undefined> {
  const client = new CloudFormationClient();
  try {
    await regionOf(client);
    return (await client.send(new DescribeStacksCommand({ StackName: stack }))).Stacks?.[0];
  } finally {
    client.destroy();
  }
}

type Named = readonly [name: string | undefined, text: string | undefined];

const texts = (pairs: readonly Named[]): Readonly<Record<string, string>> =>
  Object.fromEntries(pairs.map(([name = "", text = ""]) => [name, text]));
