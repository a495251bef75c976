import { devNull } from "node:os";
import type { TemplateFunction } from "../template/read-template.ts";

/**
 * The environment variables of a function: the template's, and those that Lambda sets
 * (developer guide, "Defined runtime environment variables"). No variable of this machine is passed on.
 *
 * @param taskRoot the folder of its code, an absolute path
 * @param extra variables that override all others
 */
export function lambdaEnvironment(
  { environment, handler, name, version, memoryMegabytes, logGroupName, runtime }: TemplateFunction,
  region: string,
  taskRoot: string,
  extra: Readonly<Record<string, string>>,
): Record<string, string> {
  return {
    ...environment,
    _HANDLER: handler,
    AWS_EXECUTION_ENV: `AWS_Lambda_${runtime}`,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMegabytes),
    AWS_LAMBDA_FUNCTION_NAME: name,
    AWS_LAMBDA_FUNCTION_VERSION: version,
    AWS_LAMBDA_LOG_GROUP_NAME: logGroupName,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: "local",
    AWS_SECRET_ACCESS_KEY: "local",
    LAMBDA_TASK_ROOT: taskRoot,
    // The function's SDK must not read the developer's own profile.
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
    ...extra,
  };
}
