import { parentPort } from "node:worker_threads";
import { type CheckOptions, type CheckResult, checkScenarios } from "./check-scenarios.ts";
import { type DuplicateFigures, type DuplicateOptions, measureDuplicates } from "./duplicates.ts";

/** What a core is to do, one task at a time. */
export type CoreTask =
  | { readonly kind: "check"; readonly options: CheckOptions }
  | { readonly kind: "duplicates"; readonly options: DuplicateOptions };

/** The messages of a core: one per scenario of a check that has ended, then the result of its task. */
export type CoreReport =
  | { readonly kind: "scenario"; readonly polls: number }
  | { readonly kind: "checked"; readonly result: CheckResult }
  | { readonly kind: "measured"; readonly result: DuplicateFigures };

const report = (message: CoreReport): void => parentPort?.postMessage(message);

parentPort?.on("message", async (task: CoreTask) => {
  switch (task.kind) {
    case "check": {
      const onScenario = ({ polls }: { readonly polls: number }): void =>
        report({ kind: "scenario", polls });
      const result = await checkScenarios({ ...task.options, onScenario });
      return report({ kind: "checked", result });
    }
    case "duplicates":
      return report({ kind: "measured", result: await measureDuplicates(task.options) });
  }
});
