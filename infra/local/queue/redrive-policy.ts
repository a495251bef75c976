import * as z from "zod/mini";
import { REDRIVE_SOURCE_QUEUES } from "./limits.ts";
import { invalidParameter } from "./sqs-error.ts";

/** After `maxReceiveCount` receives a message moves to the queue with this ARN. */
export interface RedrivePolicy {
  readonly deadLetterTargetArn: string;
  readonly maxReceiveCount: number;
}

const wholeNumber = z.union([
  z.number(),
  z.pipe(
    z.string().check(z.regex(/^\d+$/)),
    z.transform((digits: string) => Number(digits)),
  ),
]);
const redrivePolicy = z.object({
  deadLetterTargetArn: z.string().check(z.regex(/^arn:[^:]+:sqs:[^:]*:[^:]*:[^:]+$/)),
  maxReceiveCount: z.pipe(
    z._default(wholeNumber, 10),
    z.number().check(z.int(), z.minimum(1), z.maximum(1000)),
  ),
});
const redriveAllowPolicy = z.discriminatedUnion("redrivePermission", [
  z.object({ redrivePermission: z.literal("allowAll") }),
  z.object({ redrivePermission: z.literal("denyAll") }),
  z.object({
    redrivePermission: z.literal("byQueue"),
    sourceQueueArns: z.array(z.string()).check(z.minLength(1), z.maxLength(REDRIVE_SOURCE_QUEUES)),
  }),
]);

/** @throws SqsError InvalidParameterValue (CreateQueue, RedrivePolicy). */
export function parseRedrivePolicy(text: string): RedrivePolicy {
  return parsePolicy("RedrivePolicy", text, redrivePolicy);
}

/** @throws SqsError InvalidParameterValue when it is not a redrive allow policy (CreateQueue). */
export function assertRedriveAllowPolicy(text: string): void {
  parsePolicy("RedriveAllowPolicy", text, redriveAllowPolicy);
}

/** Whether a dead-letter queue with this redrive allow policy accepts messages of the source queue. */
export function allowsRedriveFrom(allowPolicy: string | undefined, sourceArn: string): boolean {
  if (allowPolicy === undefined) return true;
  const policy = parsePolicy("RedriveAllowPolicy", allowPolicy, redriveAllowPolicy);
  if (policy.redrivePermission !== "byQueue") return policy.redrivePermission === "allowAll";
  return policy.sourceQueueArns.includes(sourceArn);
}

function parsePolicy<Schema extends z.ZodMiniType>(
  attribute: string,
  text: string,
  schema: Schema,
): z.output<Schema> {
  const json = parseJson(text);
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const field = issue?.path.join(".") || "the policy";
  throw invalidParameter(attribute, text, `Invalid value for ${field}: ${issue?.message}.`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
