import { SQSClient, SQSServiceException } from "@aws-sdk/client-sqs";
import type { QueueService } from "../../infra/local/queue/queue-service.ts";
import type { Action } from "../../infra/local/sqs/action.ts";
import { errorResponse } from "../../infra/local/sqs/error-response.ts";
import { messageActions } from "../../infra/local/sqs/message-actions.ts";
import { moveTaskActions } from "../../infra/local/sqs/move-task-actions.ts";
import { queueActions } from "../../infra/local/sqs/queue-actions.ts";
import { currentInvocation } from "./invocation.ts";

/** The endpoint of a test's queues. Nothing listens there. */
export const ENDPOINT = "https://sqs.test.invalid";

const ACTIONS: Readonly<Record<string, Action>> = {
  ...messageActions,
  ...queueActions,
  ...moveTaskActions,
};

interface Command {
  readonly input: object;
}

/** Creates an SQSClient that calls the queues directly, without a connection. */
export function queueClient(service: QueueService): SQSClient {
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  const client = new SQSClient({ endpoint: ENDPOINT, region: "us-east-1", credentials });
  const send = async (command: Command, options: { abortSignal?: AbortSignal } = {}) => {
    const { abortSignal } = options;
    abortSignal?.throwIfAborted();
    const invocation = currentInvocation();
    invocation?.checkAlive();
    const name = command.constructor.name.replace(/Command$/, "");
    const action = ACTIONS[name];
    if (action === undefined) throw new TypeError(`test queues do not support ${name}`);
    try {
      return fromWire(
        await action(toWire(command.input), {
          service,
          endpoint: ENDPOINT,
          abandoned: (stop) => abortSignal?.addEventListener("abort", stop, { once: true }),
        }),
      );
    } catch (error) {
      throw asServiceException(error);
    } finally {
      invocation?.noteCall();
    }
  };
  return Object.assign(client, { send });
}

function asServiceException(error: unknown): SQSServiceException {
  const { status, body } = errorResponse(error);
  return new SQSServiceException({
    name: body.__type.slice(body.__type.indexOf("#") + 1),
    message: body.message,
    $fault: status >= 500 ? "server" : "client",
    $metadata: { httpStatusCode: status },
  });
}

/** Encodes binary values in base64, as in requests. */
function toWire(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  return withMembers(value, toWire);
}

function fromWire(value: unknown): unknown {
  return withMembers(value, (member, name) =>
    name === "BinaryValue" && typeof member === "string"
      ? new Uint8Array(Buffer.from(member, "base64"))
      : fromWire(member),
  );
}

/** Copies only what has binary values inside: few messages have any. */
function withMembers(value: unknown, map: (member: unknown, name: string) => unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  let copy: object | undefined;
  for (const [name, member] of Object.entries(value)) {
    const mapped = map(member, name);
    if (mapped === member) continue;
    copy ??= Array.isArray(value) ? [...value] : { ...value };
    Object.assign(copy, { [name]: mapped });
  }
  return copy ?? value;
}
