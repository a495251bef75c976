import type { SQSClient } from "@aws-sdk/client-sqs";
import type { Faults } from "../../infra/local/queue/faults.ts";
import { currentInvocation } from "../kit/invocation.ts";
import { queueWorldOf } from "../kit/queue-world.ts";
import type { Fault, Point } from "./faults.ts";
import type { Run } from "./history.ts";
import type { WorldParts } from "./world.ts";

interface Entry {
  readonly Id: string;
  readonly MessageBody?: string;
  readonly ReceiptHandle?: string;
  readonly DelaySeconds?: number;
}

interface Input {
  readonly QueueUrl: string;
  readonly Entries?: readonly Entry[];
}

interface Command {
  readonly input: Input;
}

/** The `send` method of a client. */
export function sendOf(client: object): (command: object) => Promise<object> {
  const { send }: { readonly send?: unknown } = client;
  if (typeof send !== "function") throw new TypeError("a client without send");
  return (command) => send.call(client, command);
}

/** A client of an SQS that is far away, and sometimes refuses, forgets, repeats, or does not report its result. */
export function faultyClient(client: SQSClient, parts: WorldParts): SQSClient {
  const { clock, ledger, faults, random } = parts;
  const world = queueWorldOf(clock);
  const inner = sendOf(client);

  const send = async (command: Command): Promise<object> => {
    const run = parts.currentRun();
    if (run !== undefined) await clock.sleep(1 + random() * 20);
    currentInvocation()?.checkAlive();
    const point = pointOf(command);
    const fault = parts.outage(point, clock.now()) ?? faults.next(point);
    if (fault?.kind === "crashBefore") parts.crash();
    const { input } = command;
    if (point === "requeue" && run !== undefined) noteRequeues(run, input);
    const bodies = bodiesOf(input);
    if (fault?.kind === "refused" || fault?.kind === "ambiguous") ledger.blame(bodies, run);
    if (fault?.kind === "refused") throw new Error("the simulated SQS is not available");
    if (fault?.kind === "late") delay(input, fault.amount % 300);
    const queueName = input.QueueUrl.slice(input.QueueUrl.lastIndexOf("/") + 1);
    const ownFaults = world.faults.get(queueName) ?? {};
    if (fault !== undefined) world.faults.set(queueName, faultsOf(fault, input, run));
    const answer = inner(command);
    world.faults.set(queueName, ownFaults);
    const result = await answer;
    ledger.check();
    if (fault?.kind === "crashAfter") parts.crash();
    if (fault?.kind === "ambiguous") throw new Error("the answer of the simulated SQS was lost");
    if (run !== undefined) await clock.sleep(fault?.kind === "slow" ? fault.amount * 100 : 5);
    return result;
  };

  const noteRequeues = (run: Run, { Entries = [] }: Input): void => {
    const now = clock.now();
    for (const { MessageBody = "", DelaySeconds = 0 } of Entries) {
      ledger.requeued(run, MessageBody, now + DelaySeconds * 1000, now);
    }
  };

  const faultsOf = ({ kind, amount }: Fault, { Entries = [] }: Input, run: Run | undefined) => {
    const isHit = (entryId: string) => ((amount >> (Number(entryId) % 10)) & 1) === 1;
    const handles = new Map(Entries.map(({ Id, ReceiptHandle = "" }) => [Id, ReceiptHandle]));
    let nth = 0;
    const possible: Faults = {
      entry(_action, _queue, entryId) {
        if (kind !== "entries" || !isHit(entryId)) return undefined;
        const entry = Entries.find(({ Id }) => Id === entryId);
        const body = entry?.MessageBody ?? messageOf(handles.get(entryId) ?? "")?.body;
        if (body !== undefined) ledger.blame([body], run);
        return "InternalError";
      },
      duplicate({ body }) {
        if (kind !== "duplicate" || !isHit(String(nth++))) return false;
        ledger.blame([body], run);
        return true;
      },
      forgetDelete({ body }) {
        if (kind !== "forget" || !isHit(String(nth++))) return false;
        ledger.blame([body], run);
        return true;
      },
    };
    return possible;
  };

  const messageOf = (receiptHandle: string) => {
    const [, messageId = ""] = Buffer.from(receiptHandle, "base64url").toString().split("/");
    return world.service.queues.byName("polls").store.get(messageId);
  };

  const bodiesOf = ({ Entries = [] }: Input): string[] =>
    Entries.flatMap(({ MessageBody, ReceiptHandle = "" }) => {
      const body = MessageBody ?? messageOf(ReceiptHandle)?.body;
      return body === undefined ? [] : [body];
    });

  return Object.assign(Object.create(client), { send });
}

function pointOf(command: Command): Point {
  const { input } = command;
  const { name } = command.constructor;
  if (name === "ReceiveMessageCommand") return "receive";
  if (name === "DeleteMessageBatchCommand") return "delete";
  if (name === "ChangeMessageVisibilityBatchCommand") return "backOff";
  if (input.QueueUrl.endsWith("/polls")) return "requeue";
  return input.QueueUrl.endsWith("/dead-letters") ? "deadLetter" : "deliver";
}

/** Delays a delivery: SQS guarantees no time. */
function delay({ Entries = [] }: Input, seconds: number): void {
  for (const entry of Entries) {
    const later = Math.min(900, (entry.DelaySeconds ?? 0) + seconds);
    Object.assign(entry, { DelaySeconds: later });
  }
}
