import type { RequestListener, ServerResponse } from "node:http";
import { awsJsonHandler } from "../http/aws-json.ts";
import type { ActionContext } from "./action.ts";
import { errorResponse } from "./error-response.ts";
import { messageActions } from "./message-actions.ts";
import { moveTaskActions } from "./move-task-actions.ts";
import { queueActions } from "./queue-actions.ts";

const ACTIONS = { ...messageActions, ...queueActions, ...moveTaskActions };
/** Enough for a batch of 1 MiB with JSON escapes and base64, so that SQS's own limit applies. */
const MAX_BODY_BYTES = 8 * 1_048_576;

/** Answers AWS JSON 1.0 requests with the actions of SQS. */
export function requestHandler(
  contextFor: (response: ServerResponse) => ActionContext,
): RequestListener {
  const actions = Object.entries(ACTIONS).map(
    ([name, action]) =>
      [
        name,
        (input: unknown, response: ServerResponse) => action(input, contextFor(response)),
      ] as const,
  );
  return awsJsonHandler({
    targetPrefix: "AmazonSQS",
    protocolHint:
      "this server speaks SQS's AWS JSON 1.0 protocol, a POST with the header X-Amz-Target. AWS SDKs from 2023-11 on speak it.",
    actions: new Map(actions),
    errorResponse,
    maxBodyBytes: MAX_BODY_BYTES,
  });
}
