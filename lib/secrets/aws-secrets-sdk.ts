import { SecretsProvider } from "@aws-lambda-powertools/parameters/secrets";
import { SSMProvider } from "@aws-lambda-powertools/parameters/ssm";

/** The SDK waits for ever by default; a secret, retries included, is read within a poll's request. */
const clientConfig = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 1000, requestTimeout: 2000, throwOnRequestTimeout: true },
};

/** Makes the providers by the SDK's standard settings (`AWS_ENDPOINT_URL_SECRETS_MANAGER`, `AWS_ENDPOINT_URL_SSM`). */
export function createSecretProviders() {
  return {
    secrets: new SecretsProvider({ clientConfig }),
    parameters: new SSMProvider({ clientConfig }),
  };
}
