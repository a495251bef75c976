import { expect } from "vitest";
import { present, refusal, row, useTarget } from "./target.ts";

const target = useTarget();
const MIB = 1_048_576;

row(
  "answers the message's id and the MD5 of its body",
  "SendMessage: MD5OfMessageBody, MessageId",
  async () => {
    const sent = await target.send(await target.queue(), "msg");
    expect(sent.MD5OfMessageBody).toBe("6e2baaf3b97dbeef01c0043275f9a0e7");
    expect(sent.MessageId).toMatch(/^[0-9a-f-]{36}$/);
  },
);

const bodies = [
  "\t\n\r tab and newlines",
  "emoji 😀 and ünïcode",
  '{"json":"\\"quoted\\""}',
  "\u{10FFFF}\uFFFD",
];
for (const body of bodies) {
  row(
    `delivers the body ${JSON.stringify(body)} unchanged`,
    "SendMessage: allowed Unicode characters",
    async () => {
      const queue = await target.queue();
      await target.send(queue, body);
      expect((await target.receiveOne(queue)).Body).toBe(body);
    },
  );
}

for (const character of ["\u0000", "\u0001", "\u001F", "\uFFFE", "\uFFFF", "\uD800", "\uDC00"]) {
  const name = character.charCodeAt(0).toString(16).padStart(4, "0");
  row(`refuses a body with U+${name}`, "SendMessage: InvalidMessageContents", async () => {
    const sending = target.send(await target.queue(), `before${character}after`);
    expect(await refusal(sending)).toBe("InvalidMessageContents");
  });
}

row("refuses an empty body", "SendMessage: 'The minimum size is one character'", async () => {
  const sending = target.send(await target.queue(), "");
  expect(["MissingParameter", "InvalidParameterValue"]).toContain(await refusal(sending));
});

row(
  "takes a body of 1 MiB",
  "SendMessage: 'The maximum size is 1 MiB or 1,048,576 bytes'",
  async () => {
    const queue = await target.queue();
    await target.send(queue, "x".repeat(MIB));
    expect((await target.receiveOne(queue)).Body).toHaveLength(MIB);
  },
);

row(
  "refuses a body of one byte more",
  "SendMessage: 'The maximum size is 1 MiB or 1,048,576 bytes'",
  async () => {
    const sending = target.send(await target.queue(), "x".repeat(MIB + 1));
    expect(await refusal(sending)).toBe("InvalidParameterValue");
  },
);

row(
  "counts bytes, not characters",
  "SendMessage: 'The maximum size is 1 MiB or 1,048,576 bytes'",
  async () => {
    const sending = target.send(await target.queue(), "ü".repeat(MIB / 2 + 1));
    expect(await refusal(sending)).toBe("InvalidParameterValue");
  },
);

row(
  "counts a message attribute's name, type and value",
  "MessageAttributeValue: 'part of the message size restriction'",
  async () => {
    const queue = await target.queue();
    const attributes = { MessageAttributes: { k: { DataType: "String", StringValue: "x" } } };
    const fits = MIB - "kStringx".length;
    expect(await refusal(target.send(queue, "x".repeat(fits + 1), attributes))).toBe(
      "InvalidParameterValue",
    );
    await target.send(queue, "x".repeat(fits), attributes);
  },
);

row(
  "does not count a system attribute",
  "SendMessage: 'The size of a message system attribute doesn't count'",
  async () => {
    const sent = await target.send(
      await target.queue(),
      "x".repeat(MIB),
      traced("Root=1-5759e988-bd862e3fe1be46a994272793"),
    );
    expect(sent.MessageId).toBeDefined();
  },
);

row("keeps to the queue's MaximumMessageSize", "CreateQueue: MaximumMessageSize", async () => {
  const queue = await target.queue({ MaximumMessageSize: "1024" });
  await target.send(queue, "x".repeat(1024));
  expect(await refusal(target.send(queue, "x".repeat(1025)))).toBe("InvalidParameterValue");
});

for (const DelaySeconds of [-1, 901]) {
  row(
    `refuses a delay of ${DelaySeconds} s`,
    "SendMessage: DelaySeconds, 'Valid values: 0 to 900'",
    async () => {
      const sending = target.send(await target.queue(), "late", { DelaySeconds });
      expect(await refusal(sending)).toBe("InvalidParameterValue");
    },
  );
}

row("takes a delay of 900 s", "SendMessage: DelaySeconds, 'Valid values: 0 to 900'", async () => {
  const queue = await target.queue();
  await target.send(queue, "late", { DelaySeconds: 900 });
  expect(await target.receive(queue)).toEqual([]);
});

row("hides a message for its delay", "Amazon SQS message timers", async () => {
  const queue = await target.queue();
  await target.send(queue, "late", { DelaySeconds: 4 });
  expect(await target.receive(queue)).toEqual([]);
  expect((await target.receiveOne(queue)).Body).toBe("late");
});

row("hides every message for the queue's delay", "Amazon SQS delay queues", async () => {
  const queue = await target.queue({ DelaySeconds: "4" });
  await target.send(queue, "late");
  expect(await target.receive(queue)).toEqual([]);
  expect((await target.receiveOne(queue)).Body).toBe("late");
});

row(
  "prefers a message's delay to the queue's",
  "Amazon SQS message timers: they override the DelaySeconds of a delay queue",
  async () => {
    const queue = await target.queue({ DelaySeconds: "900" });
    await target.send(queue, "now", { DelaySeconds: 0 });
    expect((await target.receiveOne(queue)).Body).toBe("now");
  },
);

row(
  "delivers the message group id of a fair queue",
  "SendMessage: MessageGroupId, 'In standard queues ... enables fair queues'",
  async () => {
    const queue = await target.queue();
    await target.send(queue, "x", { MessageGroupId: "tenant-1" });
    expect((await target.receiveOne(queue)).Attributes?.MessageGroupId).toBe("tenant-1");
  },
);

row(
  "delivers several messages of one group at once on a standard queue",
  "Amazon SQS fair queues",
  async () => {
    const queue = await target.queue();
    for (const body of ["a", "b"]) await target.send(queue, body, { MessageGroupId: "tenant-1" });
    const received = [await target.receiveOne(queue), await target.receiveOne(queue)];
    expect(received.map(({ Body }) => Body).sort()).toEqual(["a", "b"]);
  },
);

row(
  "refuses a message group id of 129 characters",
  "SendMessage: MessageGroupId, 'The length ... is 128 characters'",
  async () => {
    const sending = target.send(await target.queue(), "x", { MessageGroupId: "g".repeat(129) });
    expect(await refusal(sending)).toBe("InvalidParameterValue");
  },
);

const TRACE_HEADER = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1";

row(
  "delivers the X-Ray trace header",
  "SendMessage: MessageSystemAttributes, AWSTraceHeader",
  async () => {
    const queue = await target.queue();
    await target.send(queue, "x", traced(TRACE_HEADER));
    const received = await target.receiveOne(queue);
    expect(present(received.Attributes, "Attributes").AWSTraceHeader).toBe(TRACE_HEADER);
  },
);

row(
  "answers with an MD5 digest of the X-Ray trace header",
  "SendMessage: MD5OfMessageSystemAttributes",
  async () => {
    const sent = await target.send(await target.queue(), "x", traced(TRACE_HEADER));
    expect(sent.MD5OfMessageSystemAttributes).toMatch(/^[0-9a-f]{32}$/);
  },
);

row("refuses a queue that does not exist", "SendMessage: QueueDoesNotExist", async () => {
  const url = await target.queue();
  expect(await refusal(target.send(`${url}-not`, "x"))).toBe("QueueDoesNotExist");
});

function traced(header: string) {
  return {
    MessageSystemAttributes: { AWSTraceHeader: { DataType: "String", StringValue: header } },
  };
}
