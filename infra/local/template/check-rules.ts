import * as z from "zod/mini";
import { type ConditionFunction, evaluateCondition } from "./evaluate-condition.ts";
import { type Names, resolveValue } from "./resolve-value.ts";
import { parseAt, TemplateError } from "./template-error.ts";
import { isList, isMap, type TemplateMap, type TemplateValue } from "./template-value.ts";

const expression = z.custom<TemplateMap>(
  (value) => typeof value === "object" && value !== null && !Array.isArray(value),
  "must be a function",
);

const ruleSchema = z.strictObject({
  RuleCondition: z.optional(expression),
  Assertions: z.array(
    z.strictObject({ Assert: expression, AssertDescription: z.optional(z.string()) }),
  ),
});

/**
 * Checks the parameters against the template's `Rules`, as CloudFormation does before a deployment
 * ("Rules" section syntax).
 *
 * @throws TemplateError with the description of the first assertion that is false
 */
export function checkRules(rules: TemplateMap, names: Names): void {
  for (const [name, rule] of Object.entries(rules)) {
    const path = `Rules.${name}`;
    const { RuleCondition: onlyIf, Assertions } = parseAt(ruleSchema, rule, path);
    const holds = (of: TemplateValue) => evaluateCondition(of, path, names, RULE_FUNCTIONS);
    if (onlyIf !== undefined && !holds(onlyIf)) continue;
    for (const { Assert, AssertDescription = "its assertion is false" } of Assertions) {
      if (!holds(Assert)) throw new TemplateError(path, AssertDescription);
    }
  }
}

/** The supported functions of rules that conditions do not have ("Rule-specific intrinsic functions"). */
const RULE_FUNCTIONS: ReadonlyMap<string, ConditionFunction> = new Map<string, ConditionFunction>([
  [
    "Fn::Contains",
    (operand, path, names) => {
      const [list, value] = operands(operand, path, names);
      return texts(list).includes(String(value));
    },
  ],
  [
    "Fn::EachMemberEquals",
    (operand, path, names) => {
      const [list, value] = operands(operand, path, names);
      return texts(list).every((member) => member === String(value));
    },
  ],
]);

function operands(operand: TemplateValue, path: string, names: Names): readonly TemplateValue[] {
  const resolved = resolveValue(operand, path, names);
  if (isList(resolved) && resolved.length === 2 && isList(resolved[0]) && !isMap(resolved[1])) {
    return resolved;
  }
  throw new TemplateError(path, "takes a list and a value");
}

const texts = (list: TemplateValue | undefined): string[] => (isList(list) ? list.map(String) : []);
