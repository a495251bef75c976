import * as z from "zod/mini";
import type { QueueService } from "../queue/queue-service.ts";
import { invalidParameter, SqsError } from "../queue/sqs-error.ts";
import { type Action, type ActionContext, action } from "./action.ts";
import { queueNameOf, queueUrl } from "./queue-url.ts";

const QueueUrl = z.string();
const strings = z.record(z.string(), z.string());
const page = { NextToken: z.optional(z.string()), MaxResults: z.optional(z.number()) };

/** SQS's actions on queues and their tags, with its wire format. */
export const queueActions: Readonly<Record<string, Action>> = {
  CreateQueue: action(
    z.object({
      QueueName: z.string(),
      Attributes: z.optional(strings),
      tags: z.optional(strings),
    }),
    ({ QueueName, Attributes, tags }, { service, endpoint }) => {
      service.queues.create(QueueName, Attributes, tags);
      return { QueueUrl: queueUrl(endpoint, QueueName) };
    },
  ),

  GetQueueUrl: action(
    z.object({ QueueName: z.string() }),
    ({ QueueName }, { service, endpoint }) => ({
      QueueUrl: queueUrl(endpoint, service.queues.byName(QueueName).name),
    }),
  ),

  ListQueues: action(
    z.object({ QueueNamePrefix: z.optional(z.string()), ...page }),
    ({ QueueNamePrefix = "", ...asked }, context) => {
      const names = namesOf(context.service.queues.all());
      const { urls, NextToken } = pageOf(
        names.filter((name) => name.startsWith(QueueNamePrefix)),
        asked,
        context,
      );
      return { ...(urls.length > 0 && { QueueUrls: urls }), NextToken };
    },
  ),

  ListDeadLetterSourceQueues: action(z.object({ QueueUrl, ...page }), (input, context) => {
    const { queues } = context.service;
    const target = queues.byName(queueNameOf(input.QueueUrl));
    const { urls, NextToken } = pageOf(namesOf(queues.sourcesOf(target.arn)), input, context);
    return { queueUrls: urls, NextToken };
  }),

  GetQueueAttributes: action(
    z.object({ QueueUrl, AttributeNames: z.optional(z.array(z.string())) }),
    (input, { service }) => {
      const selected = selectQueueAttributes(service, input.QueueUrl, input.AttributeNames ?? []);
      return Object.keys(selected).length > 0 ? { Attributes: selected } : {};
    },
  ),

  SetQueueAttributes: action(z.object({ QueueUrl, Attributes: strings }), (input, { service }) => {
    service.queues.setAttributes(queueNameOf(input.QueueUrl), input.Attributes);
    return {};
  }),

  PurgeQueue: action(z.object({ QueueUrl }), (input, { service }) => {
    service.queues.purge(queueNameOf(input.QueueUrl));
    return {};
  }),

  DeleteQueue: action(z.object({ QueueUrl }), (input, { service }) => {
    service.queues.delete(queueNameOf(input.QueueUrl));
    return {};
  }),

  TagQueue: action(z.object({ QueueUrl, Tags: strings }), (input, { service }) => {
    service.queues.tag(queueNameOf(input.QueueUrl), input.Tags);
    return {};
  }),

  UntagQueue: action(z.object({ QueueUrl, TagKeys: z.array(z.string()) }), (input, { service }) => {
    service.queues.untag(queueNameOf(input.QueueUrl), input.TagKeys);
    return {};
  }),

  ListQueueTags: action(z.object({ QueueUrl }), (input, { service }) => ({
    Tags: Object.fromEntries(service.queues.byName(queueNameOf(input.QueueUrl)).tags),
  })),
};

const OPTIONAL_ATTRIBUTES = new Set([
  "ContentBasedDeduplication",
  "DeduplicationScope",
  "FifoQueue",
  "FifoThroughputLimit",
  "KmsDataKeyReusePeriodSeconds",
  "KmsMasterKeyId",
  "Policy",
  "RedriveAllowPolicy",
  "RedrivePolicy",
]);

function selectQueueAttributes(
  service: QueueService,
  url: string,
  names: readonly string[],
): Record<string, string> {
  const all = service.queues.attributesOf(queueNameOf(url));
  const selected: Record<string, string> = {};
  for (const name of names) {
    const value = Object.hasOwn(all, name) ? all[name] : undefined;
    if (name === "All") Object.assign(selected, all);
    else if (value !== undefined) selected[name] = value;
    else if (!OPTIONAL_ATTRIBUTES.has(name)) {
      throw new SqsError("InvalidAttributeName", `Unknown Attribute ${name}.`);
    }
  }
  return selected;
}

const namesOf = (queues: readonly { readonly name: string }[]): readonly string[] =>
  queues.map(({ name }) => name);

/** The token of a page is the last name on it; it exists only when MaxResults was set. */
function pageOf(
  names: readonly string[],
  {
    NextToken: after = "",
    MaxResults = 1000,
  }: { NextToken?: string | undefined; MaxResults?: number | undefined },
  { endpoint }: ActionContext,
): { readonly urls: readonly string[]; readonly NextToken: string | undefined } {
  if (!Number.isInteger(MaxResults) || MaxResults < 1 || MaxResults > 1000) {
    throw invalidParameter("MaxResults", MaxResults, "It must be from 1 to 1000.");
  }
  const rest = names.filter((name) => name > after);
  const shown = rest.slice(0, MaxResults);
  return {
    urls: shown.map((name) => queueUrl(endpoint, name)),
    NextToken: shown.length < rest.length ? shown.at(-1) : undefined,
  };
}
