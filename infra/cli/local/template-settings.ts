import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { packageRoot } from "../../local/package-root.ts";
import type { LocalStackOptions } from "../../local/stack.ts";
import { parameterTypes } from "../../local/template/check-parameters.ts";
import { readGivenParameters, settleGivenParameters } from "../deploy/given-parameters.ts";
import { UsageError } from "../usage-error.ts";
import { readSecretsFile } from "./secrets-file.ts";

export interface SettingOptions {
  /** The path of the file of secrets. */
  readonly secrets?: string;
  /** Each `Name=value`. */
  readonly parameter?: readonly string[];
}

/**
 * Reads the parameters and secrets of a local stack. Where there are secrets, messages may name them, unless
 * `AllowSecrets` is given.
 *
 * @throws {UsageError} when a parameter or the file is wrong
 */
export async function templateSettings({
  secrets: file,
  parameter = [],
}: SettingOptions): Promise<Pick<LocalStackOptions, "parameters" | "secrets">> {
  const secrets = file === undefined ? {} : await readSecretsFile(file);
  const template = await readFile(join(packageRoot(), "infra/template.yaml"), "utf8");
  const given = readGivenParameters(parameter, parameterTypes(template));
  const AllowSecrets = Object.keys(secrets).join(",");
  // Here a write costs nothing, and who watches wants to see each answer.
  const History = "answers";
  const parameters = { History, ...(AllowSecrets !== "" && { AllowSecrets }), ...given };
  const settled = await settleGivenParameters(template, parameters, async () => ({}));
  if (settled.get("ExistingPollQueueArn") !== "") {
    throw new UsageError(
      "--parameter ExistingPollQueueArn: a local stack has only queues of its own; leave it out",
    );
  }
  return { parameters, secrets };
}
