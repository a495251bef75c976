import { demandOf, type PlannedLoad } from "./demand.ts";
import { limitsOf } from "./limits.ts";
import { reportPlan } from "./report.ts";
import { settingsFor } from "./settings.ts";

/** Prints the plan of a load. */
export function printPlan(load: PlannedLoad, isInVpc: boolean): void {
  const limits = limitsOf(load, isInVpc);
  process.stdout.write(reportPlan(load, demandOf(load), limits, settingsFor(load)));
}
