import type { ConsoleSource } from "../../console/console-source.ts";

/** What a stack's parameter History says; a stack of an older version has none, and keeps no history. */
export function historyIn(parameters: Readonly<Record<string, string>>): ConsoleSource["history"] {
  const { History: said } = parameters;
  return said === "claims" || said === "answers" ? said : "false";
}
