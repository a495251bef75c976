import { createReadStream } from "node:fs";
import { messageOf } from "../../lib/message-of.ts";
import { UsageError } from "./usage-error.ts";

/**
 * Reads a text file that the user names. A byte order mark is left out.
 *
 * @param file its path; `-` is the standard input
 * @param name what errors call it
 * @throws {UsageError} when it cannot be read, or is not UTF-8: other bytes would be sent than the file has
 */
export async function readText(file: string, name: string): Promise<string> {
  const stream = file === "-" ? process.stdin : createReadStream(file);
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const parts: string[] = [];
  try {
    for await (const chunk of stream) parts.push(decoder.decode(chunk, { stream: true }));
    parts.push(decoder.decode());
    return parts.join("");
  } catch (error) {
    const reason = error instanceof TypeError ? "it is not UTF-8" : messageOf(error);
    throw new UsageError(`${name} cannot be read: ${reason}`, { cause: error });
  }
}
