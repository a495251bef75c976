import { SecretsProvider } from "@aws-lambda-powertools/parameters/secrets";
import { SSMProvider } from "@aws-lambda-powertools/parameters/ssm";
import { AWS_CALL_LIMITS } from "../limits.ts";

/**
 * Makes the providers with the SDK's standard settings (`AWS_ENDPOINT_URL_SECRETS_MANAGER`, `AWS_ENDPOINT_URL_SSM`).
 */
export function createSecretProviders() {
  return {
    secrets: new SecretsProvider({ clientConfig: AWS_CALL_LIMITS }),
    parameters: new SSMProvider({ clientConfig: AWS_CALL_LIMITS }),
  };
}
