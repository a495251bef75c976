import { type Destination, kindOf } from "./destination.ts";

/** An item of the operator's list. Only the first three kinds have a name, which may end in `*`. */
const ITEM = /^(?:queue:https?:\/\/\S+|queue:\*|eventBus:\S+|topic:\S+|taskToken|webhook)$/;

/** Whether a text can stand in the operator's list of destinations, like `queue:URL` or `eventBus:orders-*`. */
export function isDestinationPattern(text: string): boolean {
  return ITEM.test(text) && !text.slice(0, -1).includes("*");
}

/**
 * Whether messages may name a destination.
 *
 * @param patterns the operator's list: `queue:URL`, `eventBus:NAME` and `topic:ARN`, each with an optional `*` at its
 *   end, `taskToken` and `webhook`
 * @param ownQueueUrl the URL of the poll queue: a pattern that does not say a queue's host allows its host, and AWS's
 */
export function isDestinationAllowed(
  destination: Destination,
  patterns: readonly string[],
  ownQueueUrl: string | undefined,
): boolean {
  const { queueUrl, eventBus, topicArn } = destination;
  switch (kindOf(destination)) {
    case "queueUrl":
      return patterns.some(
        (pattern) =>
          matches(`queue:${queueUrl}`, pattern) &&
          (saysHost(pattern) || isQueueHost(String(queueUrl), ownQueueUrl)),
      );
    case "eventBus":
      return patterns.some((pattern) => matches(`eventBus:${eventBus}`, pattern));
    case "topicArn":
      return patterns.some((pattern) => matches(`topic:${topicArn}`, pattern));
    case "taskToken":
      return patterns.includes("taskToken");
    case "webhook":
      return patterns.includes("webhook");
  }
}

function matches(name: string, pattern: string): boolean {
  return pattern.endsWith("*") ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
}

/** With a slash after the host, nothing that `*` stands for can change the host. */
function saysHost(pattern: string): boolean {
  return /^queue:https?:\/\/[^/*]+(?:\/|$)/.test(pattern);
}

/** The SDK sends calls, with the function's credentials, to the host in a queue's URL. */
function isQueueHost(queueUrl: string, ownQueueUrl: string | undefined): boolean {
  const url = URL.parse(queueUrl);
  if (url === null) return false;
  if (url.origin === URL.parse(ownQueueUrl ?? "")?.origin) return true;
  return url.protocol === "https:" && url.port === "" && AWS_HOST.test(url.hostname);
}

/** Endpoints of SQS, today's and legacy ones (AWS General Reference, "Amazon SQS endpoints and quotas"). */
const AWS_HOST = /^(?:sqs(?:-fips)?\.[a-z0-9-]+|(?:[a-z0-9-]+\.)?queue)\.amazonaws\.com(?:\.cn)?$/;
