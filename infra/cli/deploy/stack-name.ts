import { readSync } from "node:fs";
import { UsageError } from "../usage-error.ts";

/** The queue `<stack>-dead-letters` has the longest name, and SQS allows 80 characters (CreateQueue, QueueName). */
const LONGEST = 80 - "-dead-letters".length;

/**
 * Checks a stack's name (CloudFormation API Reference, CreateStack, StackName).
 *
 * @throws {UsageError} when it is not a valid name, or too long for the names of its queues
 */
export function checkStackName(name: string): string {
  if (!/^[A-Za-z][A-Za-z0-9-]*$/.test(name)) {
    throw new UsageError(
      `--stack ${JSON.stringify(name)}: a stack's name has only letters, digits and hyphens, and begins with a letter`,
    );
  }
  if (name.length <= LONGEST) return name;
  throw new UsageError(
    `--stack ${name}: must have ${LONGEST} characters at most, for the names of its queues`,
  );
}

/**
 * Asks a question on the terminal. Reads exactly one line: the rest of the input is for SAM.
 *
 * @returns the answer, or `fallback` when it is empty
 */
export function ask(question: string, fallback: string): string {
  process.stdout.write(`${question} [${fallback}]: `);
  const line: number[] = [];
  const byte = Buffer.alloc(1);
  while (readSync(0, byte) === 1 && byte[0] !== 0x0a) line.push(byte[0] ?? 0);
  return Buffer.from(line).toString("utf8").trim() || fallback;
}
