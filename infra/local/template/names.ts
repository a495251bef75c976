import { evaluateCondition } from "./evaluate-condition.ts";
import type { ParameterValue } from "./parameters.ts";
import { type Names, resolveValue } from "./resolve-value.ts";
import { TemplateError } from "./template-error.ts";
import { isMap, own, type TemplateMap, type TemplateValue } from "./template-value.ts";

/** The place where a template runs. */
export interface DeployedPlace {
  readonly stackName: string;
  readonly region: string;
  readonly accountId: string;
  /** The endpoint of SQS, the beginning of every queue URL. */
  readonly endpoint: string;
}

/** A resource of the template whose condition is true. */
export interface TemplateResource {
  readonly type: string;
  readonly properties: TemplateMap;
}

interface TemplateSections {
  readonly parameters: ReadonlyMap<string, ParameterValue>;
  readonly mappings: TemplateMap;
  readonly conditions: TemplateMap;
  /** Undefined when the template has the resource, but its condition is false. */
  resource(logicalId: string): TemplateResource | undefined;
  readonly logicalIds: readonly string[];
}

/** The property that names a resource, by type; without it the name is `<stack>-<logical id>`. */
const NAME_PROPERTIES: Readonly<Record<string, string>> = {
  "AWS::SQS::Queue": "QueueName",
  "AWS::Serverless::Function": "FunctionName",
  "AWS::DynamoDB::Table": "TableName",
  "AWS::Logs::LogGroup": "LogGroupName",
  "AWS::SSM::Parameter": "Name",
};

/**
 * The names of a template at one place. Queues and functions run locally, so their names are exact. Any other resource
 * gets a placeholder, so that references to it can be resolved.
 */
export function templateNames(sections: TemplateSections, place: DeployedPlace): Names {
  const { region, accountId, endpoint, stackName } = place;
  const pseudoParameters = new Map([
    ["AWS::Region", region],
    ["AWS::AccountId", accountId],
    ["AWS::StackName", stackName],
    ["AWS::StackId", `arn:aws:cloudformation:${region}:${accountId}:stack/${stackName}/local`],
    ["AWS::Partition", "aws"],
    ["AWS::URLSuffix", "amazonaws.com"],
  ]);
  const underway = new Set<string>();

  /** Calls `resolve`, unless `key` is being resolved already: then it depends on itself. */
  const guarded = <T>(key: string, path: string, resolve: () => T): T => {
    if (underway.has(key)) throw new TemplateError(path, `${key} depends on itself`);
    underway.add(key);
    try {
      return resolve();
    } finally {
      underway.delete(key);
    }
  };

  const find = (logicalId: string, path: string): TemplateResource => {
    const resource = sections.resource(logicalId);
    if (resource) return resource;
    const known = sections.logicalIds.includes(logicalId);
    throw new TemplateError(
      path,
      known
        ? `refers to ${logicalId}, whose condition is false`
        : `refers to ${logicalId}, which is neither a resource nor a parameter of the template`,
    );
  };

  const physicalName = (logicalId: string, resource: TemplateResource): string => {
    const property = NAME_PROPERTIES[resource.type];
    const given = property === undefined ? undefined : own(resource.properties, property);
    if (given === undefined) return `${stackName}-${logicalId}`;
    const path = `Resources.${logicalId}.Properties.${property}`;
    const name = guarded(logicalId, path, () => resolveValue(given, path, names));
    if (typeof name === "string") return name;
    throw new TemplateError(path, "must be a string");
  };

  const arn = (logicalId: string, resource: TemplateResource): string => {
    const name = physicalName(logicalId, resource);
    if (resource.type === "AWS::SQS::Queue") return `arn:aws:sqs:${region}:${accountId}:${name}`;
    if (resource.type === "AWS::Serverless::Function") {
      return `arn:aws:lambda:${region}:${accountId}:function:${name}`;
    }
    if (resource.type === "AWS::DynamoDB::Table") {
      return `arn:aws:dynamodb:${region}:${accountId}:table/${name}`;
    }
    const service = resource.type.split("::")[1]?.toLowerCase();
    return `arn:aws:${service}:${region}:${accountId}:${name}`;
  };

  const aliasOrVersion = (name: string, path: string): string => {
    const dot = name.lastIndexOf(".");
    const logicalId = name.slice(0, dot);
    const resource = find(logicalId, path);
    const alias = resolveValue(own(resource.properties, "AutoPublishAlias") ?? null, path, names);
    if (typeof alias !== "string") {
      throw new TemplateError(path, `refers to ${name}, but ${logicalId} has no AutoPublishAlias`);
    }
    return `${arn(logicalId, resource)}:${name.slice(dot + 1) === "Alias" ? alias : "1"}`;
  };

  const names: Names = {
    reference(name, path) {
      if (name === "AWS::NoValue") return undefined;
      const known = pseudoParameters.get(name) ?? sections.parameters.get(name);
      if (known !== undefined) return known;
      if (/\.(Alias|Version)$/.test(name)) return aliasOrVersion(name, path);
      const resource = find(name, path);
      const physical = physicalName(name, resource);
      return resource.type === "AWS::SQS::Queue"
        ? `${endpoint}/${accountId}/${physical}`
        : physical;
    },

    attribute(logicalId, attribute, path) {
      const resource = find(logicalId, path);
      if (attribute === "Version.Version") return "1";
      if (attribute === "Arn") return arn(logicalId, resource);
      const physical = physicalName(logicalId, resource);
      if (resource.type === "AWS::SQS::Queue") {
        if (attribute === "QueueName") return physical;
        if (attribute === "QueueUrl") return `${endpoint}/${accountId}/${physical}`;
      } else if (resource.type !== "AWS::Serverless::Function") {
        return `${physical}.${attribute}`;
      }
      throw new TemplateError(path, `${resource.type} has no attribute ${attribute}`);
    },

    condition(name, path) {
      const expression = own(sections.conditions, name);
      if (expression === undefined) {
        throw new TemplateError(path, `the template has no condition ${name}`);
      }
      const place = `Conditions.${name}`;
      return guarded(place, place, () => evaluateCondition(expression, place, names));
    },

    mapping(map, topKey, secondKey, path) {
      const top = own(sections.mappings, map);
      const second = isMap(top) ? own(top, topKey) : undefined;
      const value: TemplateValue | undefined = isMap(second) ? own(second, secondKey) : undefined;
      if (value !== undefined) return value;
      throw new TemplateError(path, `the template has no mapping ${map}.${topKey}.${secondKey}`);
    },
  };
  return names;
}
