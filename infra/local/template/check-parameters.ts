import { checkRules } from "./check-rules.ts";
import { templateNames } from "./names.ts";
import { type ParameterValue, settleParameters } from "./parameters.ts";
import { parseTemplateYaml } from "./parse-yaml.ts";
import { isMap, own, type TemplateMap } from "./template-value.ts";

/** Rules depend only on parameters, not on where the template is deployed. */
const ANY_PLACE = { stackName: "", region: "", accountId: "", endpoint: "" };

/** The types of the parameters that a template declares, by name. */
export function parameterTypes(text: string): ReadonlyMap<string, string> {
  const declared = Object.entries(section(text, "Parameters"));
  return new Map(
    declared.map(([name, of]) => [name, String(isMap(of) ? own(of, "Type") : undefined)]),
  );
}

/**
 * Checks parameters against a template's declarations and rules. Reads no other part of the template.
 *
 * @param text the template, YAML or JSON
 * @param parameters values by parameter name; missing ones have their defaults
 * @returns all parameters with their values
 * @throws TemplateError for the first problem that CloudFormation would report
 */
export function checkParameters(
  text: string,
  parameters: Readonly<Record<string, string>>,
): ReadonlyMap<string, ParameterValue> {
  const settled = settleParameters(section(text, "Parameters"), parameters);
  const names = templateNames(
    {
      parameters: settled,
      mappings: section(text, "Mappings"),
      conditions: section(text, "Conditions"),
      logicalIds: [],
      resource: () => undefined,
    },
    ANY_PLACE,
  );
  checkRules(section(text, "Rules"), names);
  return settled;
}

function section(text: string, name: string): TemplateMap {
  const template = parseTemplateYaml(text);
  const found = isMap(template) ? own(template, name) : undefined;
  return isMap(found) ? found : {};
}
