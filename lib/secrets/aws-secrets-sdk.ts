import { SecretsProvider } from "@aws-lambda-powertools/parameters/secrets";
import { SSMProvider } from "@aws-lambda-powertools/parameters/ssm";

/**
 * By default the SDK waits without limit; a secret must be read, retries included, within the time of a poll's request.
 */
const clientConfig = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 1000, requestTimeout: 2000, throwOnRequestTimeout: true },
};

/**
 * Makes the providers with the SDK's standard settings (`AWS_ENDPOINT_URL_SECRETS_MANAGER`, `AWS_ENDPOINT_URL_SSM`).
 */
export function createSecretProviders() {
  return {
    secrets: new SecretsProvider({ clientConfig }),
    parameters: new SSMProvider({ clientConfig }),
  };
}
