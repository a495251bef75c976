import { readFileSync } from "node:fs";

/** Lambda's limit, and the usual one elsewhere. */
const USUAL_LIMIT = 1024;

/**
 * A number of connections that this process can have beside its others. Connections to APIs that are kept must leave
 * file descriptors for the calls to SQS and the table, or a whole batch fails.
 *
 * @param most the number where there are 1024 descriptors or more
 * @param limit how many file descriptors this process may have. `@default` what Linux says
 * @returns `most`, or the same share of a smaller limit, and at least 1
 */
export function connectionsWithin(most: number, limit: number = DESCRIPTOR_LIMIT): number {
  return Math.max(1, Math.min(most, Math.floor((most * limit) / USUAL_LIMIT)));
}

/** @param text of /proc/self/limits */
export function descriptorLimitIn(text: string): number {
  return Number(/^Max open files +(\d+)/m.exec(text)?.[1] ?? USUAL_LIMIT);
}

const DESCRIPTOR_LIMIT = descriptorLimitIn(limitsOfProcess());

function limitsOfProcess(): string {
  try {
    return readFileSync("/proc/self/limits", "utf8");
  } catch {
    return "";
  }
}
