import { ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import { expect } from "vitest";
import { row, useTarget } from "./target.ts";

const target = useTarget();
const PAGE = "Amazon SQS short and long polling";
const LONGEST_WAIT_SECONDS = 20;

/** Receives while another receive waits for its whole 20 s. Fails unless this one ends before. */
async function beforeAWholeWait<T>(receive: () => Promise<T>): Promise<T> {
  const QueueUrl = await target.queue();
  const stop = new AbortController();
  const wholeWait = target.sqs
    .send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: LONGEST_WAIT_SECONDS }), {
      abortSignal: stop.signal,
    })
    .then(() => Promise.reject(new Error("The other receive's whole wait ended before.")));
  try {
    return await Promise.race([receive(), wholeWait]);
  } finally {
    stop.abort();
    await wholeWait.catch(() => undefined);
  }
}

row(
  "answers as soon as a message arrives",
  `${PAGE}; ReceiveMessage: WaitTimeSeconds, 'the call returns sooner'`,
  async () => {
    const queue = await target.queue();
    const received = await beforeAWholeWait(async () => {
      const waiting = target.receive(queue, { WaitTimeSeconds: LONGEST_WAIT_SECONDS });
      await target.send(queue, "x");
      return waiting;
    });
    expect(received.map(({ Body }) => Body)).toEqual(["x"]);
  },
);

row(
  "answers nothing when the wait is over",
  "ReceiveMessage: WaitTimeSeconds, 'the call does not return a message list'",
  async () => {
    const queue = await target.queue();
    const startedAt = Date.now();
    expect(await target.receive(queue, { WaitTimeSeconds: 1 })).toEqual([]);
    expect(Date.now() - startedAt).toBeGreaterThan(900);
  },
);

row("waits as long as the queue says", "CreateQueue: ReceiveMessageWaitTimeSeconds", async () => {
  const queue = await target.queue({ ReceiveMessageWaitTimeSeconds: "1" });
  const startedAt = Date.now();
  expect(await target.receive(queue)).toEqual([]);
  expect(Date.now() - startedAt).toBeGreaterThan(900);
});

row(
  "prefers the call's wait to the queue's",
  "Amazon SQS long polling: 'WaitTimeSeconds ... 0' is short polling",
  async () => {
    const queue = await target.queue({ ReceiveMessageWaitTimeSeconds: "20" });
    const received = await beforeAWholeWait(() => target.receive(queue, { WaitTimeSeconds: 0 }));
    expect(received).toEqual([]);
  },
);

row(
  "answers when a delayed message becomes visible",
  `${PAGE}; Amazon SQS message timers`,
  async () => {
    const queue = await target.queue();
    const received = await beforeAWholeWait(async () => {
      await target.send(queue, "late", { DelaySeconds: 1 });
      return target.receive(queue, { WaitTimeSeconds: LONGEST_WAIT_SECONDS });
    });
    expect(received).toHaveLength(1);
  },
);

row(
  "gives one message to one of several waiters",
  `${PAGE}; Amazon SQS visibility timeout`,
  async () => {
    const queue = await target.queue();
    const waiting = Array.from({ length: 3 }, () => target.receive(queue, { WaitTimeSeconds: 5 }));
    await target.send(queue, "x");
    const received = await Promise.all(waiting);
    expect(received.map(({ length }) => length).sort()).toEqual([0, 0, 1]);
  },
);

row("gives several messages to several waiters", PAGE, async () => {
  const queue = await target.queue();
  const waiting = Array.from({ length: 3 }, () => target.receive(queue, { WaitTimeSeconds: 20 }));
  for (const body of ["a", "b", "c"]) await target.send(queue, body);
  const bodies = (await Promise.all(waiting)).flat().map(({ Body }) => Body);
  expect(bodies.sort()).toEqual(["a", "b", "c"]);
});

row(
  "gives nothing to a client that has hung up",
  "ReceiveMessage: WaitTimeSeconds, HTTP response timeouts",
  async () => {
    const receiveCount = async () => {
      const queue = await target.queue({ VisibilityTimeout: "1" });
      const hangUp = new AbortController();
      const waiting = target.sqs.send(
        new ReceiveMessageCommand({ QueueUrl: queue, WaitTimeSeconds: 10 }),
        { abortSignal: hangUp.signal },
      );
      const ended = expect(waiting).rejects.toThrow();
      // A round trip, so that the receive waits at the server before its client leaves.
      await target.attributes(queue);
      hangUp.abort();
      await ended;
      await target.attributes(queue);
      await target.send(queue, "x");
      return (await target.receiveOne(queue)).Attributes?.ApproximateReceiveCount;
    };
    // A server can learn of the end of one connection after it has read the next call from another.
    let count: string | undefined;
    for (let attempt = 0; attempt < 3 && count !== "1"; attempt += 1) count = await receiveCount();
    expect(count).toBe("1");
  },
);
