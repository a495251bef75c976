/**
 * Settles the region once for the AWS clients and for SAM: the SDK for JavaScript reads `AWS_REGION`, SAM's SDK only
 * `AWS_DEFAULT_REGION`.
 *
 * @param given the option's value
 * @returns `undefined` when neither the option, nor the environment, nor the user's profile names a region
 */
export async function settledRegion(
  given: string | undefined,
  environment: NodeJS.ProcessEnv,
): Promise<string | undefined> {
  const named = given || environment.AWS_REGION || environment.AWS_DEFAULT_REGION;
  if (named) return named;
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
