import type { SQSRecord } from "aws-lambda";
import { traceparentOf } from "../sqs/trace.ts";
import type { ParsedPollMessage } from "./message/parse.ts";

const TRACEPARENT = "traceparent";

/** Adds the header `traceparent` to the requests of a message that ask for it. One that they have themselves wins. */
export function withTraceparent(message: ParsedPollMessage, record: SQSRecord): ParsedPollMessage {
  const { request, abort } = message;
  if (request.traceparent !== true && abort?.traceparent !== true) return message;
  const value = traceparentOf(record);
  if (value === undefined) return message;
  return {
    ...message,
    request: told(request, value),
    ...(abort === undefined ? {} : { abort: told(abort, value) }),
  };
}

function told<Request extends Pick<ParsedPollMessage["request"], "headers" | "traceparent">>(
  request: Request,
  value: string,
): Request {
  const { headers, traceparent } = request;
  if (traceparent !== true) return request;
  const hasOwn = Object.keys(headers).some((name) => name.toLowerCase() === TRACEPARENT);
  return hasOwn ? request : { ...request, headers: { ...headers, [TRACEPARENT]: value } };
}
