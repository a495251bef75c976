import type { IncomingMessage } from "node:http";
import type * as z from "zod/mini";
import { MAX_MESSAGE_BYTES } from "../../../lib/limits.ts";
import { messageOf } from "../../../lib/message-of.ts";
import { readBody } from "../../local/http/read-body.ts";
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
  const text = await readBody(request, MAX_BODY_BYTES);
  if (text === undefined) {
    throw new ApiError(413, "TooLargeError", `the body has more than ${MAX_BODY_BYTES} bytes`);
  }
  const parsed = schema.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const path = issue?.path.map(String).join(".") || "the body";
  throw new ApiError(400, "InvalidRequestError", `${path}: ${issue?.message ?? "is invalid"}`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ApiError(400, "NotJsonError", `the body is not JSON: ${messageOf(error)}`);
  }
}
