import {
  DeleteQueueCommand,
  GetQueueUrlCommand,
  ListQueuesCommand,
  ListQueueTagsCommand,
  PurgeQueueCommand,
  TagQueueCommand,
  UntagQueueCommand,
} from "@aws-sdk/client-sqs";
import { describe, expect, vi } from "vitest";
import { EVENTUALLY, refusal, row, useTarget } from "./target.ts";

const target = useTarget();

const urlOf = async (QueueName: string) =>
  (await target.sqs.send(new GetQueueUrlCommand({ QueueName }))).QueueUrl;

describe.concurrent("queues", () => {
  row("are found by their name", "GetQueueUrl", async () => {
    const name = target.queueName();
    const url = await target.queue({}, name);
    expect(await urlOf(name)).toBe(url);
    expect(url.endsWith(`/${name}`)).toBe(true);
  });

  row("that do not exist have no URL", "GetQueueUrl: QueueDoesNotExist", async () => {
    expect(await refusal(urlOf(target.queueName()))).toBe("QueueDoesNotExist");
  });

  row(
    "are listed by prefix, page by page",
    "ListQueues: QueueNamePrefix, MaxResults, NextToken",
    async () => {
      const prefix = target.queueName();
      const urls = [];
      for (const suffix of ["a", "b", "c"]) urls.push(await target.queue({}, `${prefix}${suffix}`));
      const list = (more: { MaxResults?: number; NextToken?: string } = {}) =>
        target.sqs.send(new ListQueuesCommand({ QueueNamePrefix: prefix, ...more }));
      expect((await list()).QueueUrls?.toSorted()).toEqual(urls);
      const first = await list({ MaxResults: 2 });
      expect(first.QueueUrls).toHaveLength(2);
      const second = await list({ MaxResults: 2, NextToken: first.NextToken ?? "" });
      expect(second.NextToken).toBeUndefined();
      expect([...(first.QueueUrls ?? []), ...(second.QueueUrls ?? [])].sort()).toEqual(urls);
    },
  );

  row("are created once", "CreateQueue: 'will return the URL of the existing queue'", async () => {
    const name = target.queueName();
    const url = await target.queue({ VisibilityTimeout: "7" }, name);
    expect(await target.queue({ VisibilityTimeout: "7" }, name)).toBe(url);
  });

  row(
    "are not created again with another attribute value",
    "CreateQueue: QueueNameExists",
    async () => {
      const name = target.queueName();
      await target.queue({ VisibilityTimeout: "7" }, name);
      expect(await refusal(target.queue({ VisibilityTimeout: "8" }, name))).toBe("QueueNameExists");
    },
  );

  for (const name of ["", "with space", "with.dot", "n".repeat(81)]) {
    row(
      `are not named '${name.slice(0, 12)}' (${name.length} characters)`,
      "CreateQueue: QueueName",
      async () => {
        const refused = await refusal(target.queue({}, name));
        expect(["InvalidParameterValue", "MissingParameter"]).toContain(refused);
      },
    );
  }

  row("are gone once deleted", "DeleteQueue: 'regardless of the queue's contents'", async () => {
    const name = target.queueName();
    const url = await target.queue({}, name);
    await target.send(url, "x");
    await target.sqs.send(new DeleteQueueCommand({ QueueUrl: url }));
    await vi.waitFor(
      async () => expect(await refusal(target.send(url, "x"))).toBe("QueueDoesNotExist"),
      EVENTUALLY,
    );
    expect(await refusal(urlOf(name))).toBe("QueueDoesNotExist");
  });

  row(
    "are not created for 60 s after one of that name was deleted",
    "CreateQueue: QueueDeletedRecently",
    async () => {
      const name = target.queueName();
      const url = await target.queue({}, name);
      await target.sqs.send(new DeleteQueueCommand({ QueueUrl: url }));
      expect(await refusal(target.queue({}, name))).toBe("QueueDeletedRecently");
    },
  );
});

describe.concurrent("PurgeQueue", () => {
  row(
    "deletes what is visible, in flight and delayed",
    "PurgeQueue: 'available messages in a queue (including in-flight messages)'",
    async () => {
      const queue = await target.queue({ VisibilityTimeout: "1" });
      await target.send(queue, "in flight");
      await target.receiveOne(queue);
      await target.send(queue, "visible");
      await target.send(queue, "delayed", { DelaySeconds: 1 });
      await target.sqs.send(new PurgeQueueCommand({ QueueUrl: queue }));
      expect(await target.receive(queue, { WaitTimeSeconds: 2 })).toEqual([]);
    },
  );

  row("is refused again within 60 s", "PurgeQueue: PurgeQueueInProgress", async () => {
    const QueueUrl = await target.queue();
    await target.sqs.send(new PurgeQueueCommand({ QueueUrl }));
    expect(await refusal(target.sqs.send(new PurgeQueueCommand({ QueueUrl })))).toBe(
      "PurgeQueueInProgress",
    );
  });

  row("refuses a queue that does not exist", "PurgeQueue: QueueDoesNotExist", async () => {
    const QueueUrl = `${await target.queue()}-not`;
    expect(await refusal(target.sqs.send(new PurgeQueueCommand({ QueueUrl })))).toBe(
      "QueueDoesNotExist",
    );
  });
});

describe.concurrent("tags", () => {
  row("are added, overwritten and removed", "TagQueue, UntagQueue, ListQueueTags", async () => {
    const QueueUrl = await target.queue();
    const tags = async () =>
      (await target.sqs.send(new ListQueueTagsCommand({ QueueUrl }))).Tags ?? {};
    expect(await tags()).toEqual({});
    await target.sqs.send(new TagQueueCommand({ QueueUrl, Tags: { stage: "test", owner: "me" } }));
    await target.sqs.send(new TagQueueCommand({ QueueUrl, Tags: { stage: "live" } }));
    expect(await tags()).toEqual({ stage: "live", owner: "me" });
    await target.sqs.send(new UntagQueueCommand({ QueueUrl, TagKeys: ["stage", "unknown"] }));
    expect(await tags()).toEqual({ owner: "me" });
  });
});
