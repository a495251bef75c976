import { ACCOUNT_ID } from "../queue/queue-registry.ts";
import { SqsError } from "../queue/sqs-error.ts";

/** The URL of a queue at this endpoint. */
export function queueUrl(endpoint: string, queueName: string): string {
  return `${endpoint}/${ACCOUNT_ID}/${queueName}`;
}

/**
 * The name of the queue in a URL. Only the path matters: the same queue is also reached by other names of this host,
 * and after a restart on another port.
 * @throws SqsError InvalidAddress, or QueueDoesNotExist for another account.
 */
export function queueNameOf(url: string): string {
  const [account, name, ...more] = URL.parse(url)?.pathname.split("/").slice(1) ?? [];
  if (account === undefined || !name || more.length > 0) {
    throw new SqsError(
      "InvalidAddress",
      `The address ${url} is not valid for this endpoint; a queue's URL ends in /${ACCOUNT_ID}/ and its name.`,
    );
  }
  if (account === ACCOUNT_ID) return name;
  throw new SqsError(
    "QueueDoesNotExist",
    `The specified queue does not exist: account ${account} has no queues here, only ${ACCOUNT_ID} has.`,
  );
}
