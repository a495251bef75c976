import { SQSClient } from "@aws-sdk/client-sqs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createPollClient, InvalidMessageError, SubmitError } from "../../../lib/client/index.ts";
import { type ClientWorld, startClientWorld } from "../../support/client-world.ts";

let world: ClientWorld;
beforeEach(async () => {
  world = await startClientWorld();
});
afterEach(() => world[Symbol.asyncDispose]());

const clientOf = (endpoint: string) =>
  new SQSClient({
    endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
    useQueueUrlAsEndpoint: false,
  });
const REQUEST = { url: "https://example.com/jobs/1" };
const bodies = async () => (await world.take(world.queueUrl)).map(({ Body = "" }) => Body);

describe("submit", () => {
  it("sends one message, and gives its pollId", async () => {
    expect(await world.client.submit({ pollId: "mine", request: REQUEST })).toBe("mine");
    expect((await bodies()).map((body) => JSON.parse(body))).toEqual([
      { pollId: "mine", request: REQUEST },
    ]);
  });

  it("makes an id for a message that has none", async () => {
    const pollId = await world.client.submit({ start: REQUEST, until: "http" });
    expect(pollId).toMatch(/^[0-9a-f-]{36}$/);
    expect((await bodies()).map((body) => JSON.parse(body))).toEqual([
      { pollId, start: REQUEST, until: "http" },
    ]);
  });

  it("sends many messages in batches, and gives their ids in order", async () => {
    const messages = Array.from({ length: 234 }, (_, at) => ({
      pollId: `poll-${at}`,
      request: REQUEST,
    }));
    const progress: number[] = [];
    const pollIds = await world.client.submit(messages, {
      onProgress: (sent) => progress.push(sent),
    });
    expect(pollIds).toEqual(messages.map(({ pollId }) => pollId));
    expect(await bodies()).toHaveLength(234);
    expect(progress).toEqual(progress.toSorted((a, b) => a - b));
    expect(progress.at(-1)).toBe(234);
  });

  it("sends nothing when one message is wrong, and says what is wrong with each", async () => {
    const wrong = { request: { ...REQUEST, timeout: 5 } };
    const error = await world.client
      .submit([{ request: REQUEST }, JSON.stringify(wrong), '{"request":', "7"])
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(InvalidMessageError);
    expect(error).toMatchObject({
      message: expect.stringMatching(
        /^3 of 4 messages cannot be polled; nothing was sent\n {2}message 2: request.timeout: unknown field.*\n {2}message 3: .*not valid JSON.*\n {2}message 4: .*must be a JSON object/,
      ),
      invalid: [{ index: 1 }, { index: 2 }, { index: 3 }],
    });
    expect(await bodies()).toEqual([]);
  });

  it.each([
    { what: "text", pollId: "mine" },
    { what: "text without an id", pollId: undefined },
  ])("keeps the digits of numbers in a $what", async ({ pollId }) => {
    const id = pollId === undefined ? "" : `"pollId":"${pollId}",`;
    const rest =
      '"request":{"url":"https://example.com/"},"context":{"id":12345678901234567890,"f":1.0}';
    await world.client.submit(`{${id}${rest}}`);
    const [body] = await bodies();
    expect(body).toContain(rest);
  });

  it("writes a bigint as the number that it is", async () => {
    const context = { id: 12345678901234567890n, small: 7n };
    await world.client.submit({ request: REQUEST, context });
    const [body] = await bodies();
    expect(body).toContain('"context":{"id":12345678901234567890,"small":7}');
  });

  it("says which messages were not sent, when SQS refuses some of them", async () => {
    world.service.faults = {
      entry: (_action, _queueName, entryId) => (entryId === "1" ? "InternalError" : undefined),
    };
    const messages = ["a", "b", "c"].map((pollId) => ({ pollId, request: REQUEST }));
    const error = await world.client.submit(messages).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(SubmitError);
    expect(error).toMatchObject({
      sent: ["a", "c"],
      unsent: [
        {
          index: 1,
          pollId: "b",
          reason: expect.stringContaining("InternalError"),
          wasTried: true,
          mayBeSent: false,
        },
      ],
    });
  });

  it("stops after a call that failed, and says so for each message that is left", async () => {
    let calls = 0;
    world.service.faults = {
      call: (action) => {
        const fails = action === "SendMessageBatch" && ++calls > 10;
        return fails ? { code: "InternalError" } : undefined;
      },
    };
    const messages = Array.from({ length: 300 }, () => ({ request: REQUEST }));
    const error = await world.client.submit(messages).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(SubmitError);
    expect(error).toMatchObject({ sent: { length: 100 }, unsent: { length: 200 } });
    expect(Object(error).unsent).toContainEqual({
      index: 299,
      pollId: expect.any(String),
      reason: "not tried, because a call before it failed",
      wasTried: false,
      mayBeSent: false,
    });
    expect(calls).toBeLessThan(30);
  });

  it.each([
    ["was applied, and its answer was lost", true, 1],
    ["has failed, and whether it was applied is not known", false, 0],
  ])("says which messages may have been sent: a call %s", async (_, applied, queued) => {
    world.service.faults = { call: () => ({ code: "InternalError", applied }) };
    const message = { pollId: "a", request: REQUEST };
    const error = await world.client.submit([message]).catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      message: expect.stringMatching(
        /^1 of 1 messages may have been sent: submit them again only with the same pollIds\n {2}message 1: may have been sent: SendMessage failed: /,
      ),
      unsent: [{ pollId: "a", wasTried: true, mayBeSent: true }],
    });
    world.service.faults = {};
    expect(await bodies()).toHaveLength(queued);
  });

  it("says that a message may have been sent when the SDK refuses the answer to it", async () => {
    const sqs = clientOf(new URL(world.queueUrl).origin);
    // The SDK checks the digests of an answer outside of its attempts.
    sqs.middlewareStack.add(
      (next) => async (args) => {
        await next(args);
        throw new Error("Invalid MD5 checksum on messages");
      },
      { step: "initialize" },
    );
    await expect(world.with({ sqs }).submit({ request: REQUEST })).rejects.toMatchObject({
      unsent: [{ wasTried: true, mayBeSent: true }],
    });
    expect(await bodies()).toHaveLength(1);
  });

  it("says of a message that it was not sent, when SQS has answered so, or was never reached", async () => {
    const nobody = world.with({ sqs: clientOf("http://127.0.0.1:1") });
    const error = await nobody.submit({ request: REQUEST }).catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      message: expect.stringMatching(/^1 of 1 messages were not sent\n/),
      unsent: [{ wasTried: true, mayBeSent: false }],
    });
    world.service.faults = { call: () => ({ code: "RequestThrottled" }) };
    await expect(world.client.submit({ request: REQUEST })).rejects.toMatchObject({
      unsent: [{ wasTried: true, mayBeSent: false }],
    });
  });

  it("does not start when its signal has aborted", async () => {
    const signal = AbortSignal.abort();
    await expect(world.client.submit({ request: REQUEST }, { signal })).rejects.toMatchObject({
      name: "SubmitError",
      sent: [],
      unsent: [{ index: 0, reason: "not tried, because the caller stopped" }],
    });
  });
});

describe("createPollClient", () => {
  it("refuses wrong options at once", () => {
    const { queueUrl } = world;
    expect(() => createPollClient({ queueUrl: "polls" })).toThrow(/queueUrl must be the URL/);
    // @ts-expect-error: a wrong name
    expect(() => createPollClient({ queueUrl, table: "polls" })).toThrow(/mean tableName/);
  });
});
