/** Where an outcome goes. Exactly one of its members is set. */
export interface Destination {
  /** An SQS queue. */
  readonly queueUrl?: string | undefined;
  /** An event bus of EventBridge: its name or ARN. */
  readonly eventBus?: string | undefined;
  /** An SNS topic. */
  readonly topicArn?: string | undefined;
  /** A task of Step Functions that waits for this token. */
  readonly taskToken?: string | undefined;
  /** A URL that the outcome is POSTed to. */
  readonly webhook?: Webhook | undefined;
}

/** The receiver of a webhook. */
export interface Webhook {
  readonly url: string;
  /** The secret that signs the request: `secretsmanager:NAME` or `ssm:/name`. `@default` it is not signed */
  readonly secret?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Whether the request says in `traceparent` to which trace it belongs. `@default` false */
  readonly traceparent?: boolean | undefined;
}

/** The kinds of destinations, which are the names of their members. */
export const KINDS = ["queueUrl", "eventBus", "topicArn", "taskToken", "webhook"] as const;

export type DestinationKind = (typeof KINDS)[number];

/** The kind of a destination. */
export function kindOf(destination: Destination): DestinationKind {
  return KINDS.find((kind) => destination[kind] !== undefined) ?? "queueUrl";
}
