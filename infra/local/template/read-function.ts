import * as z from "zod/mini";
import { parseAt } from "./template-error.ts";
import type { TemplateValue } from "./template-value.ts";
import { integer, scalarText, truth } from "./value-schemas.ts";

/** A function of the template. */
export interface TemplateFunction {
  readonly logicalId: string;
  readonly name: string;
  /** The ARN that event sources invoke: the alias's, if the function publishes one. */
  readonly invokedArn: string;
  readonly version: string;
  /** The folder of its code, relative to the template. */
  readonly codeUri: string;
  /** File and export, for example `index.handler`. */
  readonly handler: string;
  readonly runtime: string;
  readonly timeoutSeconds: number;
  readonly memoryMegabytes: number;
  readonly logGroupName: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** One SQS event of a function. */
export interface TemplateEventSourceMapping {
  readonly functionId: string;
  readonly queueArn: string;
  readonly batchSize: number;
  readonly windowSeconds: number;
  readonly reportsBatchItemFailures: boolean;
  /** The most invocations at once. */
  readonly maximumConcurrency?: number;
}

/** Limits: Lambda's API reference, CreateFunction and CreateEventSourceMapping. */
const functionSchema = z.looseObject({
  CodeUri: z.string(),
  Handler: z.string().check(z.regex(/^[^\s.][^\s]*\.[^\s.]+$/)),
  Runtime: z.string().check(z.startsWith("nodejs")),
  Timeout: z._default(integer(1, 900), 3),
  MemorySize: z._default(integer(128, 10_240), 128),
  AutoPublishAlias: z.optional(z.string()),
  LoggingConfig: z.optional(z.looseObject({ LogGroup: z.optional(z.string()) })),
  Environment: z.optional(
    z.object({ Variables: z._default(z.record(z.string(), scalarText), {}) }),
  ),
  Events: z._default(
    z.record(z.string(), z.looseObject({ Type: z.string(), Properties: z.optional(z.json()) })),
    {},
  ),
});

const sqsEventSchema = z
  .strictObject({
    Queue: z.string(),
    BatchSize: z._default(integer(1, 10_000), 10),
    MaximumBatchingWindowInSeconds: z._default(integer(0, 300), 0),
    FunctionResponseTypes: z._default(z.array(z.literal("ReportBatchItemFailures")), []),
    ScalingConfig: z.optional(z.strictObject({ MaximumConcurrency: integer(2, 1000) })),
    ProvisionedPollerConfig: z.optional(
      z.strictObject({
        MinimumPollers: z._default(integer(2, 200), 2),
        MaximumPollers: z._default(integer(2, 2000), 200),
      }),
    ),
    Enabled: z._default(truth, true),
    /** Metrics of the mapping exist only in CloudWatch, not locally. */
    MetricsConfig: z.optional(z.json()),
  })
  .check(
    z.refine((event) => event.BatchSize <= 10 || event.MaximumBatchingWindowInSeconds >= 1, {
      path: ["MaximumBatchingWindowInSeconds"],
      error: "must be 1 or more when BatchSize is above 10",
    }),
    z.refine((event) => !event.ScalingConfig || !event.ProvisionedPollerConfig, {
      path: ["ProvisionedPollerConfig"],
      error: "excludes ScalingConfig",
    }),
    z.refine(
      ({ ProvisionedPollerConfig: pollers }) =>
        !pollers || pollers.MinimumPollers <= pollers.MaximumPollers,
      { path: ["ProvisionedPollerConfig"], error: "has a MinimumPollers above MaximumPollers" },
    ),
  );

/** AWS Lambda Developer Guide, "Configuring scaling behavior for SQS event source mappings", on provisioned mode. */
const INVOCATIONS_PER_POLLER = 10;

/** Reads the resolved properties of an AWS::Serverless::Function, and its SQS events. */
export function readFunction(
  identity: Pick<TemplateFunction, "logicalId" | "name"> & { readonly arn: string },
  resolved: TemplateValue,
  path: string,
): { function: TemplateFunction; eventSourceMappings: TemplateEventSourceMapping[] } {
  const { logicalId, name, arn } = identity;
  const properties = parseAt(functionSchema, resolved, path);
  const alias = properties.AutoPublishAlias;
  const eventSourceMappings = Object.entries(properties.Events).flatMap(([id, event]) =>
    event.Type === "SQS"
      ? readSqsEvent(logicalId, event.Properties, `${path}.Events.${id}.Properties`)
      : [],
  );
  return {
    function: {
      logicalId,
      name,
      invokedArn: alias === undefined ? arn : `${arn}:${alias}`,
      version: alias === undefined ? "$LATEST" : "1",
      codeUri: properties.CodeUri,
      handler: properties.Handler,
      runtime: properties.Runtime,
      timeoutSeconds: properties.Timeout,
      memoryMegabytes: properties.MemorySize,
      logGroupName: properties.LoggingConfig?.LogGroup ?? `/aws/lambda/${name}`,
      environment: properties.Environment?.Variables ?? {},
    },
    eventSourceMappings,
  };
}

/** Returns nothing for a disabled event. */
function readSqsEvent(functionId: string, properties: unknown, path: string) {
  const event = parseAt(sqsEventSchema, properties, path);
  if (!event.Enabled) return [];
  const { ScalingConfig, ProvisionedPollerConfig } = event;
  const maximumConcurrency =
    ScalingConfig?.MaximumConcurrency ??
    (ProvisionedPollerConfig && INVOCATIONS_PER_POLLER * ProvisionedPollerConfig.MaximumPollers);
  const mapping: TemplateEventSourceMapping = {
    functionId,
    queueArn: event.Queue,
    batchSize: event.BatchSize,
    windowSeconds: event.MaximumBatchingWindowInSeconds,
    reportsBatchItemFailures: event.FunctionResponseTypes.length > 0,
    ...(maximumConcurrency !== undefined && { maximumConcurrency }),
  };
  return [mapping];
}
