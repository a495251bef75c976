import {
  ListMessageMoveTasksCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
  StartMessageMoveTaskCommand,
} from "@aws-sdk/client-sqs";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type DeadLetter, InvalidMessageError } from "../../../lib/client/index.ts";
import { type ClientWorld, startClientWorld } from "../../support/client-world.ts";

let world: ClientWorld;
beforeEach(async () => {
  world = await startClientWorld();
});
afterEach(() => world[Symbol.asyncDispose]());

const message = (pollId: string) =>
  JSON.stringify({ pollId, request: { url: "https://example.com/" } });
const kill = (pollId: string, attributes: Readonly<Record<string, string>>) =>
  world.put(world.deadLetterQueueUrl, message(pollId), attributes);
const letters = async (): Promise<DeadLetter[]> =>
  (await Array.fromAsync(world.client.deadLetters())).toSorted((a, b) =>
    a.body < b.body ? -1 : 1,
  );
const pollIdsIn = async (queueUrl: string) =>
  (await world.take(queueUrl)).map(({ Body = "{}" }) => JSON.parse(Body).pollId).toSorted();

describe("deadLetters", () => {
  it("says what is there, why, and since when", async () => {
    const before = Date.now();
    const messageId = await kill("a", { status: "poison", reason: "request.url: must be https" });
    const found = await letters();
    expect(found).toEqual([
      {
        messageId,
        body: message("a"),
        pollId: "a",
        status: "poison",
        reason: "request.url: must be https",
        sentAt: expect.any(String),
        receiveCount: 1,
      },
    ]);
    expect(Date.parse(found[0]?.sentAt ?? "")).toBeGreaterThanOrEqual(before - 1);
  });

  it("says that a message which SQS has moved was never acknowledged", async () => {
    const messageId = await world.put(world.queueUrl, '{"request":{}}', { status: "an old one" });
    const receive = new ReceiveMessageCommand({ QueueUrl: world.queueUrl, VisibilityTimeout: 0 });
    for (let receives = 0; receives < 6; receives++) await world.sqs.send(receive);
    expect(await letters()).toMatchObject([
      { messageId, pollId: messageId, status: "unprocessed", reason: /moved/ },
    ]);
  });

  it("reads a letter that another program has put there", async () => {
    await world.put(world.deadLetterQueueUrl, "no JSON");
    const [letter] = await letters();
    expect(letter).toMatchObject({ body: "no JSON", status: "unknown" });
    expect(letter).not.toHaveProperty("pollId");
  });

  it("shows each letter once, and leaves all of them visible, also when the loop is left", async () => {
    await Promise.all(Array.from({ length: 25 }, (_, at) => kill(`poll-${at}`, {})));
    expect(new Set((await letters()).map(({ messageId }) => messageId)).size).toBe(25);
    for await (const _ of world.client.deadLetters()) break;
    await expect(
      (async () => {
        for await (const _ of world.client.deadLetters()) throw new Error("the reader failed");
      })(),
    ).rejects.toThrow("the reader failed");
    expect(await world.take(world.deadLetterQueueUrl)).toHaveLength(25);
  });

  it("leaves the letters in the depth while somebody looks at them", async () => {
    await kill("looked-at", {});
    for await (const _ of world.client.deadLetters()) {
      expect(await world.client.depths()).toMatchObject({ deadLetters: 1 });
    }
  });

  it("shows a letter once when SQS delivers it twice", async () => {
    await kill("a", {});
    world.service.faults = { duplicate: ({ receiveCount }) => receiveCount < 3 };
    expect(await letters()).toHaveLength(1);
  });

  it("ends when its signal aborts", async () => {
    const stop = new AbortController();
    await kill("a", {});
    for await (const _ of world.client.deadLetters({ signal: stop.signal })) stop.abort();
    expect(await world.take(world.deadLetterQueueUrl)).toHaveLength(1);
  });
});

describe("redrive", () => {
  it("moves all letters, with progress", async () => {
    await Promise.all(Array.from({ length: 12 }, (_, at) => kill(`poll-${at}`, {})));
    const progress: number[] = [];
    const result = await world.client.redrive({ onProgress: (moved) => progress.push(moved) });
    expect(result).toEqual({ moved: 12, outcomesLeft: 0 });
    expect(progress.at(-1)).toBe(12);
    expect(await world.take(world.queueUrl)).toHaveLength(12);
    expect(await world.take(world.deadLetterQueueUrl)).toEqual([]);
  });

  it("waits for its own move task, while SQS still lists the one before it", async () => {
    await kill("a", {});
    expect(await world.client.redrive()).toMatchObject({ moved: 1 });
    await Promise.all(["b", "c"].map((pollId) => kill(pollId, {})));
    const list = new ListMessageMoveTasksCommand({
      SourceArn: world.service.queues.byName("dead-letters").arn,
      MaxResults: 1,
    });
    const before = await world.sqs.send(list);
    let lists = 0;
    const late: SQSClient = Object.create(world.sqs, {
      send: {
        value: (command: object, ...more: []) =>
          command instanceof ListMessageMoveTasksCommand && ++lists <= 2
            ? Promise.resolve(before)
            : Reflect.apply(world.sqs.send, world.sqs, [command, ...more]),
      },
    });
    expect(await world.with({ sqs: late }).redrive()).toMatchObject({ moved: 2 });
  });

  it("counts what its own move task has moved, when it does not know which one was before", async () => {
    await kill("a", {});
    expect(await world.client.redrive()).toMatchObject({ moved: 1 });
    await Promise.all(["b", "c"].map((pollId) => kill(pollId, {})));
    let lists = 0;
    const send = (command: object, ...more: []) =>
      command instanceof ListMessageMoveTasksCommand && ++lists === 1
        ? Promise.reject(new Error("RequestThrottled"))
        : Reflect.apply(world.sqs.send, world.sqs, [command, ...more]);
    const sqs: SQSClient = Object.create(world.sqs, { send: { value: send } });
    expect(await world.with({ sqs }).redrive()).toMatchObject({ moved: 2 });
    expect(lists).toBeGreaterThan(1);
  });

  it("counts what its own move task has moved, when somebody else's follows at once", async () => {
    await Promise.all(["a", "b"].map((pollId) => kill(pollId, {})));
    const SourceArn = world.service.queues.byName("dead-letters").arn;
    const send = async (command: object, ...more: []) => {
      const answer: unknown = await Reflect.apply(world.sqs.send, world.sqs, [command, ...more]);
      if (!(command instanceof StartMessageMoveTaskCommand)) return answer;
      const startedAt = Date.now();
      await vi.waitUntil(() => Date.now() > startedAt);
      await world.sqs.send(new StartMessageMoveTaskCommand({ SourceArn }));
      return answer;
    };
    const sqs: SQSClient = Object.create(world.sqs, { send: { value: send } });
    expect(await world.with({ sqs }).redrive()).toMatchObject({ moved: 2 });
  });

  it("moves all letters one by one when SQS starts no move task", async () => {
    await Promise.all(["a", "b", "c"].map((pollId) => kill(pollId, { status: "failed" })));
    const refusing: SQSClient = Object.create(world.sqs, {
      send: {
        value: (command: object, ...more: []) =>
          command instanceof StartMessageMoveTaskCommand
            ? Promise.reject(new Error("AccessDenied"))
            : Reflect.apply(world.sqs.send, world.sqs, [command, ...more]),
      },
    });
    expect(await world.with({ sqs: refusing }).redrive()).toMatchObject({ moved: 3 });
    expect(await pollIdsIn(world.queueUrl)).toEqual(["a", "b", "c"]);
    expect(await world.take(world.deadLetterQueueUrl)).toEqual([]);
  });

  it.each([{ only: "poison" }, { only: undefined }])(
    "moves no letter again that dies again meanwhile: $only",
    async ({ only }) => {
      const die = (pollId: string) => kill(pollId, { status: "poison" });
      await Promise.all(Array.from({ length: 12 }, (_, at) => die(`poll-${at}`)));
      // One by one, because an outcome is there.
      await kill("outcome", { status: "undelivered" });
      const dying: Promise<unknown>[] = [];
      const onProgress = () => void dying.push(die(`again-${dying.length}`));
      const signal = AbortSignal.timeout(20_000);
      const result = await world.client.redrive({ only, onProgress, signal });
      expect(result).toEqual({ moved: 12, outcomesLeft: 1 });
      await Promise.all(dying);
      expect(await pollIdsIn(world.deadLetterQueueUrl)).toEqual(["again-0", "again-1", "outcome"]);
    },
  );

  it("moves nothing from an empty queue", async () => {
    expect(await world.client.redrive()).toEqual({ moved: 0, outcomesLeft: 0 });
  });

  it("moves only letters with a status, or whose reason has a text", async () => {
    await kill("a", { status: "failed", reason: "503" });
    await kill("b", { status: "poison", reason: "request.url: Wrong" });
    await kill("c", { status: "poison", reason: "another" });
    expect(await world.client.redrive({ only: "failed" })).toMatchObject({ moved: 1 });
    expect(await world.client.redrive({ only: "url: wrong" })).toMatchObject({ moved: 1 });
    expect(await pollIdsIn(world.queueUrl)).toEqual(["a", "b"]);
    expect(await pollIdsIn(world.deadLetterQueueUrl)).toEqual(["c"]);
  });

  it("takes back what the letter says of its death, and keeps its other attributes", async () => {
    const id = await kill("a", { status: "poison", reason: "wrong", tenant: "7" });
    await world.client.redrive({ ids: [id] });
    const [moved] = await world.take(world.queueUrl);
    expect(moved?.MessageAttributes).toEqual({ tenant: { DataType: "String", StringValue: "7" } });
  });

  it("keeps the trace and the group of a letter", async () => {
    const AWSTraceHeader = "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1";
    await world.sqs.send(
      new SendMessageCommand({
        QueueUrl: world.deadLetterQueueUrl,
        MessageBody: message("a"),
        MessageGroupId: "tenant",
        MessageSystemAttributes: {
          AWSTraceHeader: { DataType: "String", StringValue: AWSTraceHeader },
        },
        MessageAttributes: { status: { DataType: "String", StringValue: "failed" } },
      }),
    );
    await world.client.redrive({ only: "failed" });
    const [moved] = await world.take(world.queueUrl);
    expect(moved?.Attributes).toMatchObject({ AWSTraceHeader, MessageGroupId: "tenant" });
  });

  it("moves letters by their ids, with corrected bodies", async () => {
    const wrong = '{"pollId":"a","request":{"ur1":"https://example.com/"}}';
    const id = await world.put(world.deadLetterQueueUrl, wrong, { status: "poison" });
    await kill("b", {});
    const edits = { [id]: message("a") };
    expect(await world.client.redrive({ edits })).toMatchObject({ moved: 1 });
    expect((await world.take(world.queueUrl)).map(({ Body }) => Body)).toEqual([message("a")]);
    expect(await pollIdsIn(world.deadLetterQueueUrl)).toEqual(["b"]);
  });

  it("moves nothing when a corrected body cannot be polled", async () => {
    const ids = [await kill("a", {}), await kill("b", {})];
    const edits = { [ids[0] ?? ""]: message("a"), [ids[1] ?? ""]: '{"request":{}}' };
    const redriving = world.client.redrive({ ids, edits });
    await expect(redriving).rejects.toThrow(InvalidMessageError);
    await expect(redriving).rejects.toThrow(/message 2: request\.url/);
    expect(await pollIdsIn(world.queueUrl)).toEqual([]);
    expect(await pollIdsIn(world.deadLetterQueueUrl)).toEqual(["a", "b"]);
  });

  it("leaves outcomes where they are, because nobody can poll them", async () => {
    await kill("a", { status: "failed" });
    await kill("outcome", { status: "undelivered", reason: "deliver.queue: gone" });
    expect(await world.client.redrive()).toEqual({ moved: 1, outcomesLeft: 1 });
    expect(await pollIdsIn(world.queueUrl)).toEqual(["a"]);
    expect(await pollIdsIn(world.deadLetterQueueUrl)).toEqual(["outcome"]);
  });

  it("keeps a letter that SQS refuses to send", async () => {
    const ids = [await kill("a", {}), await kill("b", {}), await kill("c", {})];
    world.service.faults = {
      entry: (action, _queue, entryId) =>
        action === "SendMessageBatch" && entryId === "1" ? "InternalError" : undefined,
    };
    await expect(world.client.redrive({ ids })).rejects.toThrow(/InternalError/);
    world.service.faults = {};
    const [back, left] = [
      await pollIdsIn(world.queueUrl),
      await pollIdsIn(world.deadLetterQueueUrl),
    ];
    expect([...back, ...left].toSorted()).toEqual(["a", "b", "c"]);
    expect(left).toHaveLength(1);
  });

  it("stops when its signal aborts: each letter is in one of the two queues", async () => {
    const all = Array.from({ length: 30 }, (_, at) => `poll-${at}`);
    await Promise.all(all.map((pollId) => kill(pollId, { status: "failed" })));
    const stop = new AbortController();
    const redriving = world.client.redrive({
      only: "failed",
      signal: stop.signal,
      onProgress: () => stop.abort(new Error("the user left")),
    });
    await expect(redriving).rejects.toThrow("the user left");
    const [back, left] = [
      await pollIdsIn(world.queueUrl),
      await pollIdsIn(world.deadLetterQueueUrl),
    ];
    expect([...back, ...left].toSorted()).toEqual(all.toSorted());
    expect(left.length).toBeGreaterThan(0);
  });
});
