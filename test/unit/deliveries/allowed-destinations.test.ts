import { describe, expect, it } from "vitest";
import {
  isDestinationAllowed,
  isDestinationPattern,
} from "../../../lib/deliveries/allowed-destinations.ts";
import type { Destination } from "../../../lib/deliveries/destination.ts";

const OWN = "http://127.0.0.1:9324/000000000000/polls";
const AWS = "https://sqs.eu-west-1.amazonaws.com/123456789012";
const TOPIC = "arn:aws:sns:eu-west-1:123456789012:orders";

describe("isDestinationPattern", () => {
  it.each([
    `queue:${AWS}/outcomes`,
    `queue:${AWS}/*`,
    "queue:*",
    "eventBus:orders",
    "eventBus:orders-*",
    "eventBus:*",
    "topic:*",
    `topic:${TOPIC}`,
    "taskToken",
    "webhook",
  ])("accepts %s", (text) => expect(isDestinationPattern(text)).toBe(true));

  it.each([
    "",
    "*",
    "queue:",
    "queue:outcomes",
    "queue:ftp://x/y",
    "eventBus:",
    "eventBus:a*b",
    "topics:*",
    "webhook:*",
    "taskTokens",
    "eventBus:a b",
  ])("refuses %j", (text) => expect(isDestinationPattern(text)).toBe(false));
});

describe("isDestinationAllowed", () => {
  const allowed = (destination: Destination, ...patterns: string[]) =>
    isDestinationAllowed(destination, patterns, OWN);
  const KINDS: Destination[] = [
    { queueUrl: `${AWS}/outcomes` },
    { eventBus: "orders" },
    { topicArn: TOPIC },
    { taskToken: "t" },
    { webhook: { url: "https://example.com/" } },
  ];

  it.each(KINDS)("allows nothing by default: %j", (of) => expect(allowed(of)).toBe(false));

  it.each(KINDS)("needs the item of its own kind: %j", (of) => {
    const items = ["queue:*", "eventBus:*", "topic:*", "taskToken", "webhook"];
    expect(allowed(of, ...items)).toBe(true);
    const [kind = ""] = Object.keys(of);
    const own = { queueUrl: "queue:*", eventBus: "eventBus:*", topicArn: "topic:*" };
    const ownItem = Reflect.get(own, kind) ?? kind;
    expect(allowed(of, ownItem)).toBe(true);
    expect(allowed(of, ...items.filter((item) => item !== ownItem))).toBe(false);
  });

  it("compares names as a whole, or up to the star", () => {
    expect(allowed({ eventBus: "orders" }, "eventBus:order")).toBe(false);
    expect(allowed({ eventBus: "orders-eu" }, "eventBus:orders-*")).toBe(true);
    expect(allowed({ eventBus: "orders" }, "eventBus:orders-*")).toBe(false);
    expect(allowed({ topicArn: TOPIC }, `topic:${TOPIC.slice(0, -6)}*`)).toBe(true);
  });

  it.each([
    "https://attacker.example/123456789012/outcomes",
    "https://sqs.eu-west-1.amazonaws.com.attacker.example/1/q",
    "https://sqs.eu-west-1.amazonaws.com:8443/1/q",
    "http://sqs.eu-west-1.amazonaws.com/1/q",
    "http://127.0.0.1:1/000000000000/outcomes",
    "http://169.254.169.254/latest/q",
  ])("never sends credentials to another host than SQS's by a star: %s", (queueUrl) => {
    for (const pattern of ["queue:*", "queue:https://*", "queue:http://*", "queue:https://sqs.*"]) {
      expect(allowed({ queueUrl }, pattern)).toBe(false);
    }
  });

  it("allows by a star the queues of AWS and of the poll queue's own endpoint", () => {
    expect(allowed({ queueUrl: `${AWS}/outcomes` }, "queue:*")).toBe(true);
    expect(allowed({ queueUrl: "http://127.0.0.1:9324/000000000000/o" }, "queue:*")).toBe(true);
    expect(
      allowed({ queueUrl: "https://vpce-1.example.com/1/q" }, "queue:https://vpce-1.example.com/*"),
    ).toBe(true);
  });
});
