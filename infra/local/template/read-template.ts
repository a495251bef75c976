import * as z from "zod/mini";
import { checkRules } from "./check-rules.ts";
import { type DeployedPlace, type TemplateResource, templateNames } from "./names.ts";
import { settleParameters } from "./parameters.ts";
import { parseTemplateYaml } from "./parse-yaml.ts";
import {
  readFunction,
  type TemplateEventSourceMapping,
  type TemplateFunction,
} from "./read-function.ts";
import { readQueue, type TemplateQueue } from "./read-queue.ts";
import { readTable, type TemplateTable } from "./read-table.ts";
import { type Names, resolveValue } from "./resolve-value.ts";
import { withGlobals } from "./sam-globals.ts";
import { parseAt, TemplateError } from "./template-error.ts";
import type { TemplateMap, TemplateValue } from "./template-value.ts";

export type { TemplateEventSourceMapping, TemplateFunction, TemplateQueue, TemplateTable };

/** The parts of a SAM template that run locally. */
export interface Template {
  readonly queues: readonly TemplateQueue[];
  readonly tables: readonly TemplateTable[];
  readonly functions: readonly TemplateFunction[];
  readonly eventSourceMappings: readonly TemplateEventSourceMapping[];
  readonly outputs: Readonly<Record<string, string>>;
  /** The values of its parameters; a list is joined by commas. */
  readonly parameters: Readonly<Record<string, string>>;
}

const map = z.custom<TemplateMap>(
  (value) => typeof value === "object" && value !== null && !Array.isArray(value),
  "must be a map",
);
const condition = z.optional(z.string());
const section = z._default(map, {});

const templateSchema = z.looseObject({
  Parameters: section,
  Rules: section,
  Mappings: section,
  Conditions: section,
  Globals: section,
  Resources: z.record(
    z.string(),
    z.looseObject({ Type: z.string(), Condition: condition, Properties: section }),
  ),
  Outputs: z._default(
    z.record(
      z.string(),
      z.looseObject({ Value: z.custom<TemplateValue>(isGiven), Condition: condition }),
    ),
    {},
  ),
});
type RawTemplate = z.output<typeof templateSchema>;

function isGiven(value: unknown): boolean {
  return value !== undefined;
}

/**
 * Reads a SAM template as CloudFormation would deploy it at `place`.
 *
 * @param text the template, YAML or JSON
 * @param parameters values by parameter name; missing ones have their defaults
 * @throws TemplateError that names the place in the template
 */
export function readTemplate(
  text: string,
  place: DeployedPlace,
  parameters: Readonly<Record<string, string>> = {},
): Template {
  const raw = parseAt(templateSchema, parseTemplateYaml(text), "(the template)");
  const settled = settleParameters(raw.Parameters, parameters);
  const names = templateNames(
    {
      parameters: settled,
      mappings: raw.Mappings,
      conditions: raw.Conditions,
      logicalIds: Object.keys(raw.Resources),
      resource: (logicalId) => activeResource(raw, logicalId, names),
    },
    place,
  );
  checkRules(raw.Rules, names);

  const parameterValues = new Map<string, string>();
  const queues: TemplateQueue[] = [];
  const tables: TemplateTable[] = [];
  const functions: TemplateFunction[] = [];
  const eventSourceMappings: TemplateEventSourceMapping[] = [];
  for (const logicalId of Object.keys(raw.Resources)) {
    const resource = activeResource(raw, logicalId, names);
    if (!resource) continue;
    const path = `Resources.${logicalId}.Properties`;
    // Resources that do not run locally are resolved too: this finds wrong references before a deployment.
    const properties = resolveValue(resource.properties, path, names) ?? {};
    if (resource.type === "AWS::SQS::Queue") {
      queues.push(readQueue(queueIdentity(logicalId, names, path), properties, path));
    } else if (resource.type === "AWS::DynamoDB::Table") {
      const name = String(names.reference(logicalId, path));
      tables.push(readTable({ logicalId, name }, properties, path));
    } else if (resource.type === "AWS::SSM::Parameter") {
      const { Value } = parseAt(z.looseObject({ Value: z.string() }), properties, path);
      parameterValues.set(String(names.reference(logicalId, path)), Value);
    } else if (resource.type === "AWS::Serverless::Function") {
      const read = readFunction(functionIdentity(logicalId, names, path), properties, path);
      functions.push(read.function);
      eventSourceMappings.push(...read.eventSourceMappings);
    }
  }
  for (const mapping of eventSourceMappings) checkEventSource(mapping, queues, functions);
  return {
    queues,
    tables,
    functions: functions.map((each) => withParameterValues(each, parameterValues)),
    eventSourceMappings,
    outputs: readOutputs(raw, names),
    parameters: Object.fromEntries([...settled].map(([name, value]) => [name, String(value)])),
  };
}

/** Systems Manager does not run locally: a variable that names a parameter of the template gets its value. */
function withParameterValues(
  { environment, ...rest }: TemplateFunction,
  values: ReadonlyMap<string, string>,
): TemplateFunction {
  const variables = Object.entries(environment).map(([name, text]) => [
    name,
    values.get(text.replace(/^parameter:/, "")) ?? text,
  ]);
  return { ...rest, environment: Object.fromEntries(variables) };
}

function activeResource(
  raw: RawTemplate,
  logicalId: string,
  names: Names,
): TemplateResource | undefined {
  const resource = Object.hasOwn(raw.Resources, logicalId) ? raw.Resources[logicalId] : undefined;
  if (!resource) return undefined;
  const { Type: type, Condition: onlyIf, Properties: properties } = resource;
  const path = `Resources.${logicalId}.Condition`;
  if (onlyIf !== undefined && !names.condition(onlyIf, path)) return undefined;
  return { type, properties: withGlobals(raw.Globals, type, properties) };
}

const queueIdentity = (logicalId: string, names: Names, path: string) => ({
  logicalId,
  name: String(names.attribute(logicalId, "QueueName", path)),
  url: String(names.attribute(logicalId, "QueueUrl", path)),
  arn: String(names.attribute(logicalId, "Arn", path)),
});

const functionIdentity = (logicalId: string, names: Names, path: string) => ({
  logicalId,
  name: String(names.reference(logicalId, path)),
  arn: String(names.attribute(logicalId, "Arn", path)),
});

/** Lambda refuses a mapping if its queue can deliver a record again while the function still runs. */
function checkEventSource(
  mapping: TemplateEventSourceMapping,
  queues: readonly TemplateQueue[],
  functions: readonly TemplateFunction[],
): void {
  const path = `Resources.${mapping.functionId}.Properties.Events`;
  const queue = queues.find(({ arn }) => arn === mapping.queueArn);
  if (!queue) throw new TemplateError(path, `${mapping.queueArn} is not a queue of the template`);
  const timeout = functions.find(
    ({ logicalId }) => logicalId === mapping.functionId,
  )?.timeoutSeconds;
  const visibility = Number(queue.attributes.VisibilityTimeout ?? 30);
  if (timeout !== undefined && timeout > visibility) {
    throw new TemplateError(
      path,
      `the function's Timeout of ${timeout} s is above ${queue.logicalId}'s VisibilityTimeout of ${visibility} s`,
    );
  }
}

function readOutputs(raw: RawTemplate, names: Names): Record<string, string> {
  const outputs: Record<string, string> = {};
  for (const [name, { Value, Condition: onlyIf }] of Object.entries(raw.Outputs)) {
    const path = `Outputs.${name}`;
    if (onlyIf !== undefined && !names.condition(onlyIf, `${path}.Condition`)) continue;
    const value = resolveValue(Value, `${path}.Value`, names);
    if (typeof value === "object" || value === undefined) {
      throw new TemplateError(`${path}.Value`, "must be a string");
    }
    outputs[name] = String(value);
  }
  return outputs;
}
