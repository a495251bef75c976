import {
  CreateQueueCommand,
  QueueNameExists,
  SetQueueAttributesCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import type { TemplateQueue } from "./template/read-template.ts";

/**
 * Creates the template's queues, each after its dead-letter queue. A queue that already exists, from a
 * data folder, gets the template's current attributes.
 *
 * @throws SQS's errors, preceded by the name of the queue in the template
 */
export async function createQueues(
  sqs: SQSClient,
  queues: readonly TemplateQueue[],
): Promise<void> {
  for (const queue of inOrderOfRedrive(queues)) {
    try {
      await createOrUpdate(sqs, queue);
    } catch (cause) {
      throw new Error(`template: Resources.${queue.logicalId}: ${String(cause)}`, { cause });
    }
  }
}

/** Dead-letter queues first: SQS refuses a redrive policy whose target does not exist. */
export function inOrderOfRedrive(queues: readonly TemplateQueue[]): readonly TemplateQueue[] {
  const ordered = new Set<TemplateQueue>();
  const visit = (queue: TemplateQueue, path: readonly TemplateQueue[]): void => {
    if (path.includes(queue)) {
      const circle = [...path, queue].map(({ logicalId }) => logicalId).join(" -> ");
      throw new Error(`template: Resources: dead-letter queues in a circle: ${circle}`);
    }
    const target = queues.find(({ arn }) => arn === queue.deadLetterTargetArn);
    if (target) visit(target, [...path, queue]);
    ordered.add(queue);
  };
  for (const queue of queues) visit(queue, []);
  return [...ordered];
}

async function createOrUpdate(sqs: SQSClient, queue: TemplateQueue): Promise<void> {
  const { name, url, attributes, tags } = queue;
  try {
    await sqs.send(new CreateQueueCommand({ QueueName: name, Attributes: attributes, tags }));
  } catch (error) {
    if (!(error instanceof QueueNameExists)) throw error;
    await sqs.send(new SetQueueAttributesCommand({ QueueUrl: url, Attributes: attributes }));
  }
}
