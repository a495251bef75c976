import type { IncomingMessage } from "node:http";
import type * as z from "zod/mini";
import { MAX_MESSAGE_BYTES } from "../../../lib/limits.ts";
import { messageOf } from "../../../lib/message-of.ts";
import { ApiError } from "./api-error.ts";

/** Ten messages of the largest size, as JSON strings with escapes. */
const MAX_BODY_BYTES = 10 * 2 * MAX_MESSAGE_BYTES;

/**
 * Reads the JSON body of a request.
 *
 * @throws {ApiError} when it is too long, not JSON, or not what the schema says
 */
export async function readJsonBody<Schema extends z.ZodMiniType>(
  request: IncomingMessage,
  schema: Schema,
): Promise<z.output<Schema>> {
  if (!/^application\/json\b/i.test(request.headers["content-type"] ?? "")) {
    throw new ApiError(415, "NotJsonError", "the content-type must be application/json");
  }
  const parsed = schema.safeParse(parseJson(await readText(request)));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const path = issue?.path.map(String).join(".") || "the body";
  throw new ApiError(400, "InvalidRequestError", `${path}: ${issue?.message ?? "is invalid"}`);
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    if (!Buffer.isBuffer(chunk)) throw new TypeError("The request has an encoding.");
    bytes += chunk.byteLength;
    if (bytes > MAX_BODY_BYTES) {
      throw new ApiError(413, "TooLargeError", `the body has more than ${MAX_BODY_BYTES} bytes`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ApiError(400, "NotJsonError", `the body is not JSON: ${messageOf(error)}`);
  }
}
