import { checkRules } from "./check-rules.ts";
import { templateNames } from "./names.ts";
import { type ParameterValue, settleParameters } from "./parameters.ts";
import { parseTemplateYaml } from "./parse-yaml.ts";
import { isMap, own, type TemplateMap, type TemplateValue } from "./template-value.ts";

/** Rules depend only on parameters, not on where the template is deployed. */
const ANY_PLACE = { stackName: "", region: "", accountId: "", endpoint: "" };

/** The types of the parameters that a template declares, by name. */
export function parameterTypes(text: string): ReadonlyMap<string, string> {
  const declared = Object.entries(section(parseTemplateYaml(text), "Parameters"));
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
  const template = parseTemplateYaml(text);
  const settled = settleParameters(section(template, "Parameters"), parameters);
  const names = templateNames(
    {
      parameters: settled,
      mappings: section(template, "Mappings"),
      conditions: section(template, "Conditions"),
      logicalIds: [],
      resource: () => undefined,
    },
    ANY_PLACE,
  );
  checkRules(section(template, "Rules"), names);
  return settled;
}

function section(template: TemplateValue, name: string): TemplateMap {
  const found = isMap(template) ? own(template, name) : undefined;
  return isMap(found) ? found : {};
}
