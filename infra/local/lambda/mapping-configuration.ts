import type { TemplateEventSourceMapping } from "../template/read-template.ts";

/** A running event source mapping, as Lambda's API names and controls it. */
export interface NamedMapping {
  readonly uuid: string;
  readonly functionArn: string;
  readonly mapping: TemplateEventSourceMapping;
  readonly isPaused: () => boolean;
  /** Resolves when it is so. */
  readonly setPaused: (paused: boolean) => Promise<void>;
}

/** The mapping as Lambda's API returns it (AWS Lambda API Reference, EventSourceMappingConfiguration). */
export function mappingConfiguration({ uuid, functionArn, mapping, isPaused }: NamedMapping) {
  return {
    UUID: uuid,
    EventSourceArn: mapping.queueArn,
    FunctionArn: functionArn,
    State: isPaused() ? "Disabled" : "Enabled",
    StateTransitionReason: "USER_INITIATED",
    BatchSize: mapping.batchSize,
    MaximumBatchingWindowInSeconds: mapping.windowSeconds,
    FunctionResponseTypes: mapping.reportsBatchItemFailures ? ["ReportBatchItemFailures"] : [],
    ...(mapping.maximumConcurrency !== undefined && {
      ScalingConfig: { MaximumConcurrency: mapping.maximumConcurrency },
    }),
  };
}

/**
 * Whether a name means a function: its ARN, the part of the ARN from the account on, or its name; with its alias, if it
 * has one (AWS Lambda API Reference, ListEventSourceMappings, FunctionName).
 */
export function isNameOf(name: string, functionArn: string): boolean {
  return functionArn === name || lastPartsOf(functionArn).includes(name);
}

/** `arn:aws:lambda:region:account:function:name:alias`. */
function lastPartsOf(functionArn: string): readonly string[] {
  const parts = functionArn.split(":");
  const [account, , ...name] = parts.slice(4);
  return [`${account}:function:${name.join(":")}`, name.join(":")];
}
