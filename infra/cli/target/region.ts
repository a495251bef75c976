import { messageOf } from "../../../lib/message-of.ts";
import { UsageError } from "../usage-error.ts";

/** Where no region is set. */
export const NO_REGION = "no AWS region is set: give --region, or set AWS_REGION";

/**
 * The region of an AWS client.
 *
 * @throws {UsageError} when none is set, or one that no region can have as its name
 */
export async function regionOf({
  config,
}: {
  readonly config: { readonly region: () => Promise<string> };
}): Promise<string> {
  try {
    return await config.region();
  } catch (cause) {
    const reason = messageOf(cause);
    throw new UsageError(reason === "Region is missing" ? NO_REGION : reason, { cause });
  }
}

/**
 * The region of this process's AWS clients, once `applySettings` has settled what options and environment say.
 *
 * @returns `undefined` when neither they nor the user's profile name a region
 */
export async function settledRegion({
  AWS_REGION,
}: NodeJS.ProcessEnv): Promise<string | undefined> {
  if (AWS_REGION !== undefined) return AWS_REGION;
  // Loaded late: loading an AWS client doubles the time until a wrong option is reported.
  const { CloudFormationClient } = await import("@aws-sdk/client-cloudformation");
  const client = new CloudFormationClient();
  try {
    return await client.config.region();
  } catch {
    return undefined;
  } finally {
    client.destroy();
  }
}
