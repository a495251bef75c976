import { UsageError } from "../usage-error.ts";

/** How AWS is reached, where the environment is not to decide. */
export interface AwsSettings {
  readonly region?: string | undefined;
  /** Of the user's AWS settings. */
  readonly profile?: string | undefined;
  readonly endpointUrl?: string | undefined;
}

/**
 * Makes options count more than the environment, for every AWS client of this process. The region is that of the option,
 * of `AWS_REGION`, or of `AWS_DEFAULT_REGION`, which the SDK for JavaScript does not read; else the profile's, which an
 * empty `AWS_REGION` would hide.
 *
 * @throws {UsageError} when the endpoint is no http or https URL
 */
export function applySettings(
  { region, profile, endpointUrl }: AwsSettings,
  environment: NodeJS.ProcessEnv,
): void {
  const named = region || environment.AWS_REGION || environment.AWS_DEFAULT_REGION;
  if (named) environment.AWS_REGION = named;
  else delete environment.AWS_REGION;
  if (profile !== undefined) {
    environment.AWS_PROFILE = profile;
    // Beside keys in the environment, the SDK warns at the profile, and may prefer the keys in a later version.
    delete environment.AWS_ACCESS_KEY_ID;
    delete environment.AWS_SECRET_ACCESS_KEY;
    delete environment.AWS_SESSION_TOKEN;
  }
  if (endpointUrl === undefined) return;
  if (!/^https?:$/.test(URL.parse(endpointUrl)?.protocol ?? "")) {
    throw new UsageError("--endpoint-url must be an http or https URL");
  }
  for (const name of Object.keys(environment)) {
    if (name.startsWith("AWS_ENDPOINT_URL_")) delete environment[name];
  }
  environment.AWS_ENDPOINT_URL = endpointUrl;
}
