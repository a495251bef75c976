/**
 * The endpoint of a service that the environment sets, as the SDK for JavaScript reads it: an empty variable is none.
 *
 * @param service as the name of its variable has it
 */
export function endpointOf(
  service: "S3" | "SQS",
  environment: NodeJS.ProcessEnv,
): string | undefined {
  if (environment.AWS_IGNORE_CONFIGURED_ENDPOINT_URLS === "true") return undefined;
  return environment[`AWS_ENDPOINT_URL_${service}`] || environment.AWS_ENDPOINT_URL || undefined;
}
