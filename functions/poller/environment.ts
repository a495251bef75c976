import * as z from "zod/mini";
import { CHECKPOINT_EVERY } from "../../lib/fence/checkpoint.ts";
import type { PortRange } from "../../lib/http/address-guard.ts";
import { MAX_RETRIES, MAX_WAIT_SECONDS } from "../../lib/limits.ts";
import { LOG_LEVELS } from "../../lib/log/logger.ts";
import { daemonAddress } from "../../lib/log/xray-daemon.ts";
import { queueUrlOption } from "../../lib/options/option-schemas.ts";
import type { OperatorCaps } from "../../lib/poll/operator-caps.ts";
import {
  DELIVERIES,
  HOSTS,
  type ListKind,
  type ListParameter,
  parseList,
  parseListParameter,
  SECRETS,
  SERVICES,
} from "./lists.ts";
import type { OperatorLists } from "./operator-lists.ts";

/** The function's settings, read from its environment variables. */
export interface PollerEnvironment extends OperatorLists<readonly string[] | ListParameter> {
  readonly queueUrl: string;
  readonly deadLetterQueueUrl: string | undefined;
  readonly outcomeQueueUrl: string | undefined;
  /** The bucket for large outcomes. `undefined`: they are shortened. */
  readonly outcomeBucket: string | undefined;
  /** The fence's table. `undefined`: no fence. */
  readonly tableName: string | undefined;
  /** With the fence's table: only each so-many-th message of a poll claims it. */
  readonly checkpointEvery: number;
  /** With the fence's table: what a poll's row says of it for people. */
  readonly history: "claims" | "answers" | "false";
  readonly concurrency: number;
  /** `undefined`: no limit per host. */
  readonly hostConcurrency: number | undefined;
  readonly caps: OperatorCaps;
  readonly allowPrivate: boolean;
  /** `undefined`: the address guard's default ports. */
  readonly allowPorts: readonly PortRange[] | undefined;
  readonly runtimeApi: string | undefined;
  /** X-Ray's daemon. `undefined`: no segments are sent. */
  readonly daemonAddress: string | undefined;
  readonly logLevel: (typeof LOG_LEVELS)[number];
  /** `undefined`: no metrics. */
  readonly metricsNamespace: string | undefined;
}

/** An operator's list, or the Systems Manager parameter that holds it. */
const list = (kind: ListKind) =>
  z._default(
    z.pipe(
      z
        .string()
        .check(
          z.refine((text) => listOf(text, kind) !== undefined, `${kind.mustBe}; or ${PARAMETER}`),
        ),
      z.transform((text) => listOf(text, kind) ?? []),
    ),
    [],
  );

const PARAMETER = "parameter:/name, the name of a Systems Manager parameter that holds them";

const listOf = (text: string, kind: ListKind) => parseListParameter(text) ?? parseList(text, kind);

const PORTS: ListKind = {
  isItem: (item) => portRange(item) !== undefined,
  mustBe: "must be ports and ranges separated by commas, like 80,443,1024-65535",
};

const ports = z.pipe(
  z.string().check(z.refine((text) => parseList(text, PORTS) !== undefined, PORTS.mustBe)),
  z.transform((text) => parseList(text, PORTS) ?? []),
);

function portRange(text: string): PortRange | undefined {
  const [, first, last = first] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text) ?? [];
  const range = [Number(first), Number(last)] as const;
  return range[0] >= 1 && range[1] <= 65_535 && range[0] <= range[1] ? range : undefined;
}

const integer = (minimum: number, maximum: number) =>
  z.pipe(
    z
      .string()
      .check(
        z.refine(
          (text) => /^\d{1,9}$/.test(text) && Number(text) >= minimum && Number(text) <= maximum,
          `must be an integer from ${minimum} to ${maximum}`,
        ),
      ),
    z.transform(Number),
  );

/** Ten years: longer than any poll lives. */
const MAX_AGE_SECONDS = 315_360_000;

/** The variables: the parser and the reference page are both made from this definition. */
export const environmentSchema = z.object({
  // z.describe makes a copy: the option is also part of other schemas.
  QUEUE_URL: queueUrlOption.check(z.describe("The poll queue.")),
  DEAD_LETTER_QUEUE_URL: z.optional(queueUrlOption).register(z.globalRegistry, {
    description:
      "The queue that dead letters are sent to at once. Without it, only the queue's redrive policy makes dead letters.",
  }),
  OUTCOME_QUEUE_URL: z.optional(queueUrlOption).register(z.globalRegistry, {
    description:
      "The queue that outcomes are sent to. Without it, a poll that succeeds is acknowledged, and every other poll becomes a dead letter.",
  }),
  OUTCOME_BUCKET: z
    .optional(
      z
        .string()
        .check(z.regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, "must be the name of an S3 bucket")),
    )
    .register(z.globalRegistry, {
      description:
        "The bucket for outcomes that are too large for the table or their destination. Without it, they are shortened.",
    }),
  TABLE_NAME: z
    .optional(
      z.string().check(z.regex(/^[\w.:/-]{3,1024}$/, "must be the name of a DynamoDB table")),
    )
    .register(z.globalRegistry, {
      description: "The fence's table. Without it, duplicates of a poll can run side by side.",
    }),
  POLL_FENCE: z
    ._default(z.enum(["true", "checkpoints"], "must be true or checkpoints"), "true")
    .register(z.globalRegistry, {
      description:
        "With TABLE_NAME: true claims a poll before each request; checkpoints before each tenth, the first two, and each that SQS delivers again.",
    }),
  POLL_HISTORY: z
    ._default(z.enum(["claims", "answers", "false"], "must be claims, answers or false"), "claims")
    .register(z.globalRegistry, {
      description:
        "With TABLE_NAME: claims keeps in the table where each poll is, as known when it is claimed or ends; answers writes it after each answer as well; false keeps nothing.",
    }),
  POLL_CONCURRENCY: z._default(integer(1, 9999), 100).register(z.globalRegistry, {
    description: "The most requests that run at the same time in one invocation.",
  }),
  POLL_HOST_CONCURRENCY: z.optional(integer(1, 9999)).register(z.globalRegistry, {
    description:
      "The most requests that run at the same time in one invocation to one host, including redirected requests. Default: no limit.",
  }),
  POLL_MIN_DELAY_SECONDS: z._default(integer(0, MAX_WAIT_SECONDS), 0).register(z.globalRegistry, {
    description: "The shortest time between two requests of one poll, in seconds.",
  }),
  POLL_MAX_RETRIES: z._default(integer(0, MAX_RETRIES), MAX_RETRIES).register(z.globalRegistry, {
    description: "The most times that one poll is requeued as pending.",
  }),
  POLL_MAX_AGE_SECONDS: z.optional(integer(1, MAX_AGE_SECONDS)).register(z.globalRegistry, {
    description:
      "The age, in seconds after its start, at which a poll ends as expired. Default: no limit.",
  }),
  POLL_ALLOW_PRIVATE: z
    ._default(
      z.pipe(
        z.enum(["true", "false"], "must be true or false"),
        z.transform((value) => value === "true"),
      ),
      false,
    )
    .register(z.globalRegistry, {
      description:
        "true allows requests to private and loopback addresses. Metadata services and Lambda's runtime API stay forbidden.",
    }),
  POLL_ALLOW_HOSTS: list(HOSTS).register(z.globalRegistry, {
    description:
      "The only hosts that requests may go to, separated by commas: names, or *.example.com. Default: all.",
  }),
  POLL_DENY_HOSTS: list(HOSTS).register(z.globalRegistry, {
    description: "Hosts that requests must not go to.",
  }),
  POLL_ALLOW_PORTS: z.optional(ports).register(z.globalRegistry, {
    description: "The only ports that requests may go to. Default: 80,443,1024-65535.",
  }),
  POLL_ALLOW_SECRETS: list(SECRETS).register(z.globalRegistry, {
    description:
      "The secrets that messages may name, separated by commas: secretsmanager:polls/*,ssm:/polls/*. Default: none.",
  }),
  POLL_ALLOW_DELIVERIES: list(DELIVERIES).register(z.globalRegistry, {
    description:
      "The destinations that messages may name in deliver, separated by commas: queue:URL, eventBus:NAME or topic:ARN, each with an optional * at its end, taskToken, webhook. Default: none.",
  }),
  POLL_ALLOW_SIGV4: list(SERVICES).register(z.globalRegistry, {
    description:
      "The AWS services that messages may have requests signed for with the function's role, separated by commas: athena, or execute-api@HOST. Default: none.",
  }),
  AWS_LAMBDA_RUNTIME_API: z.optional(z.string()).register(z.globalRegistry, {
    description: "Set by Lambda. Requests to this address are always forbidden.",
  }),
  AWS_XRAY_DAEMON_ADDRESS: z.optional(z.string()).register(z.globalRegistry, {
    description: "Set by Lambda. The segments of polls whose trace is sampled are sent there.",
  }),
  LOG_LEVEL: z
    ._default(z.enum(LOG_LEVELS, `must be one of ${LOG_LEVELS.join(", ")}`), "INFO")
    .register(z.globalRegistry, { description: `One of ${LOG_LEVELS.join(", ")}.` }),
  METRICS_NAMESPACE: z
    .optional(
      z.string().check(z.regex(/^[\w./# -]{1,255}$/, "must be a namespace of CloudWatch metrics")),
    )
    .register(z.globalRegistry, {
      description: "The namespace of the metrics. Without it, no metrics are written.",
    }),
});

/**
 * Reads the function's environment variables. An empty variable counts as not set, because a template cannot
 * leave a variable out.
 *
 * @throws {TypeError} naming each variable that is missing or invalid, and what it must be
 */
export function readEnvironment(variables: NodeJS.ProcessEnv): PollerEnvironment {
  const set = Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ""));
  const result = environmentSchema.safeParse(set);
  if (!result.success) {
    const problems = result.error.issues.map(({ path, message }) => {
      const name = path.join(".");
      return `${name} ${message}${Object.hasOwn(set, name) ? "" : ", but is not set"}`;
    });
    throw withoutStack(new TypeError(`environment: ${problems.join("; ")}`));
  }
  const { data } = result;
  return {
    queueUrl: data.QUEUE_URL,
    deadLetterQueueUrl: data.DEAD_LETTER_QUEUE_URL,
    outcomeQueueUrl: data.OUTCOME_QUEUE_URL,
    outcomeBucket: data.OUTCOME_BUCKET,
    tableName: data.TABLE_NAME,
    checkpointEvery: data.POLL_FENCE === "checkpoints" ? CHECKPOINT_EVERY : 1,
    history: data.POLL_HISTORY,
    concurrency: data.POLL_CONCURRENCY,
    hostConcurrency: data.POLL_HOST_CONCURRENCY,
    caps: {
      minDelaySeconds: data.POLL_MIN_DELAY_SECONDS,
      maxRetries: data.POLL_MAX_RETRIES,
      maxAgeSeconds: data.POLL_MAX_AGE_SECONDS,
    },
    allowPrivate: data.POLL_ALLOW_PRIVATE,
    allowHosts: data.POLL_ALLOW_HOSTS,
    denyHosts: data.POLL_DENY_HOSTS,
    allowPorts: data.POLL_ALLOW_PORTS?.map(portRange).filter((range) => range !== undefined),
    allowSecrets: data.POLL_ALLOW_SECRETS,
    allowDeliveries: data.POLL_ALLOW_DELIVERIES,
    allowSigV4: data.POLL_ALLOW_SIGV4,
    runtimeApi: data.AWS_LAMBDA_RUNTIME_API,
    daemonAddress: usable(data.AWS_XRAY_DAEMON_ADDRESS),
    logLevel: data.LOG_LEVEL,
    metricsNamespace: data.METRICS_NAMESPACE,
  };
}

/** Node prints the line that an uncaught error comes from. In the bundle, that is all of its minified source. */
function withoutStack(error: Error): Error {
  error.stack = `${error.name}: ${error.message}`;
  return error;
}

/** Lambda's own address: one that cannot be used must not keep the function from starting. */
function usable(address: string = ""): string | undefined {
  return daemonAddress(address) && address;
}
