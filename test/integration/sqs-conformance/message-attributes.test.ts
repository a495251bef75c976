import type { MessageAttributeValue } from "@aws-sdk/client-sqs";
import { describe, expect } from "vitest";
import { refusal, row, useTarget } from "./target.ts";

const target = useTarget();
const text = (StringValue: string): MessageAttributeValue => ({ DataType: "String", StringValue });

const sent = { Hello: text("There"), General: text("Kenobi"), "Help.Me": text("Me") };
const MD5_OF_ALL = "4c360f3fdafd970e05fae2f149d997f5";

describe("round trip", () => {
  const values: Record<string, MessageAttributeValue> = {
    string: text("ünï 😀"),
    number: { DataType: "Number", StringValue: "0012.3400" },
    binary: { DataType: "Binary", BinaryValue: Uint8Array.of(0, 255, 128) },
    "labelled.string": { DataType: "String.custom", StringValue: "a" },
    "labelled-number": { DataType: "Number.int", StringValue: "-7" },
    labelled_binary: { DataType: "Binary.png", BinaryValue: Uint8Array.of(1) },
  };
  for (const [name, value] of Object.entries(values)) {
    row(
      `returns ${name} as it was sent`,
      "Amazon SQS message metadata: message attribute data types",
      async () => {
        const queue = await target.queue();
        await target.send(queue, "x", { MessageAttributes: { [name]: value } });
        const received = await target.receiveOne(queue, { MessageAttributeNames: ["All"] });
        expect(received.MessageAttributes).toEqual({ [name]: value });
      },
    );
  }

  row(
    "answers the MD5 of the attributes",
    "Amazon SQS message metadata: calculating the MD5 message digest for message attributes",
    async () => {
      const queue = await target.queue();
      expect(
        (await target.send(queue, "msg", { MessageAttributes: sent })).MD5OfMessageAttributes,
      ).toBe(MD5_OF_ALL);
      const binary = {
        attr1: {
          DataType: "Binary",
          BinaryValue: Buffer.from(
            "traceparent\x1e00-774062d6c37081a5a0b9b5b88e30627c-2d2482211f6489da-01",
          ),
        },
      };
      const answer = await target.send(queue, "test", { MessageAttributes: binary });
      expect(answer.MD5OfMessageAttributes).toBe("8cbe4db156db8a94db8b801b7addb984");
    },
  );
});

describe("selection", () => {
  const selections: [names: string[], selected: string[], md5: string | undefined][] = [
    [[], [], undefined],
    [["All"], ["General", "Hello", "Help.Me"], MD5_OF_ALL],
    [[".*"], ["General", "Hello", "Help.Me"], MD5_OF_ALL],
    [["Hel.*"], ["Hello", "Help.Me"], "83fee93c1bcd8b9a5a923ffacdc636c7"],
    [["General", "Hello"], ["General", "Hello"], "fca026605781cb4126a1e9044df24232"],
    [["Hello", "Unknown"], ["Hello"], "a311262e065454b75da111d535b8dacd"],
    [["hello"], [], undefined],
  ];
  for (const [names, selected, md5] of selections) {
    row(
      `${JSON.stringify(names)} selects ${JSON.stringify(selected)}`,
      "ReceiveMessage: MessageAttributeNames",
      async () => {
        const queue = await target.queue();
        await target.send(queue, "msg", { MessageAttributes: sent });
        const received = await target.receiveOne(queue, { MessageAttributeNames: names });
        expect(Object.keys(received.MessageAttributes ?? {}).sort()).toEqual(selected);
        expect(received.MD5OfMessageAttributes).toBe(md5);
      },
    );
  }
});

describe("rules", () => {
  const numbered = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`name${index}`, text("x")]));

  row(
    "takes ten attributes",
    "Amazon SQS message quotas: 'up to 10 metadata attributes'",
    async () => {
      const answer = await target.send(await target.queue(), "x", {
        MessageAttributes: numbered(10),
      });
      expect(answer.MessageId).toBeDefined();
    },
  );

  row("refuses eleven", "Amazon SQS message quotas: 'up to 10 metadata attributes'", async () => {
    const sending = target.send(await target.queue(), "x", { MessageAttributes: numbered(11) });
    expect(await refusal(sending)).toBe("InvalidParameterValue");
  });

  row(
    "takes a name of 256 characters",
    "ReceiveMessage: 'The name can be up to 256 characters long'",
    async () => {
      const answer = await target.send(await target.queue(), "x", {
        MessageAttributes: { ["n".repeat(256)]: text("x") },
      });
      expect(answer.MessageId).toBeDefined();
    },
  );

  for (const name of [
    "n".repeat(257),
    "AWS.name",
    "aws.name",
    "Amazon.name",
    "AMAZON.name",
    ".name",
    "name.",
    "na..me",
    "na me",
    "nämé",
  ]) {
    row(
      `refuses the name ${name.slice(0, 12)} (${name.length} characters)`,
      "ReceiveMessage: MessageAttributeNames, the rules of a name",
      async () => {
        const sending = target.send(await target.queue(), "x", {
          MessageAttributes: { [name]: text("x") },
        });
        expect(await refusal(sending)).toBe("InvalidParameterValue");
      },
    );
  }

  const wrong: Record<string, MessageAttributeValue> = {
    "an unknown type": { DataType: "Text", StringValue: "x" },
    "an empty type": { DataType: "", StringValue: "x" },
    "an empty string": text(""),
    "no value": { DataType: "String" },
    "an empty binary": { DataType: "Binary", BinaryValue: new Uint8Array() },
    "a string for a binary": { DataType: "Binary", StringValue: "x" },
    "a number made of letters": { DataType: "Number", StringValue: "twelve" },
  };
  for (const [what, value] of Object.entries(wrong)) {
    row(
      `refuses ${what}`,
      "MessageAttributeValue: 'Name, type, value and the message body must not be empty or null'; DataType",
      async () => {
        const sending = target.send(await target.queue(), "x", {
          MessageAttributes: { name: value },
        });
        expect(await refusal(sending)).toBe("InvalidParameterValue");
      },
    );
  }

  row(
    "refuses a value with a character outside the allowed set",
    "MessageAttributeValue: 'the same restrictions on the content as the message body'",
    async () => {
      const sending = target.send(await target.queue(), "x", {
        MessageAttributes: { name: text("\uFFFF") },
      });
      expect(["InvalidMessageContents", "InvalidParameterValue"]).toContain(await refusal(sending));
    },
  );
});
