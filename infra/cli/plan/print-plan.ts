import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { packageRoot } from "../../local/package-root.ts";
import { checkParameters } from "../../local/template/check-parameters.ts";
import { TemplateError } from "../../local/template/template-error.ts";
import { UsageError } from "../usage-error.ts";
import { demandOf, type PlannedLoad } from "./demand.ts";
import { limitsOf } from "./limits.ts";
import { reportPlan } from "./report.ts";
import { settingsFor } from "./settings.ts";

/**
 * Prints the plan of a load.
 *
 * @throws {UsageError} when the template refuses what the load says of the function
 */
export async function printPlan(load: PlannedLoad, isInVpc: boolean): Promise<void> {
  const template = await readFile(join(packageRoot(), "infra/template.yaml"), "utf8");
  const defaults = checkParameters(template, {});
  const settings = settingsFor(load, defaults);
  checkSettings(template, settings.parameters);
  const limits = limitsOf(load, isInVpc, Number(defaults.get("MaximumConcurrency")));
  process.stdout.write(reportPlan(load, demandOf(load), limits, settings));
}

function checkSettings(template: string, parameters: Readonly<Record<string, string>>): void {
  try {
    checkParameters(template, parameters);
  } catch (error) {
    throw error instanceof TemplateError ? new UsageError(error.problem, { cause: error }) : error;
  }
}
