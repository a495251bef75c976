import { nearestName } from "../../../lib/options/did-you-mean.ts";
import { checkParameters, parameterTypes } from "../../local/template/check-parameters.ts";
import type { ParameterValue } from "../../local/template/parameters.ts";
import { TemplateError } from "../../local/template/template-error.ts";
import { UsageError } from "../usage-error.ts";

/**
 * Parses parameters of the form `Name=value`.
 *
 * @param types the types of the template's parameters, by name
 * @throws {UsageError} for another form, an unknown name, a name that is given twice, and a number that is not whole:
 *   CloudFormation accepts 1e3 and 7.5, but the resources that use them do not
 */
export function readGivenParameters(
  given: readonly string[],
  types: ReadonlyMap<string, string>,
): Readonly<Record<string, string>> {
  const values = new Map<string, string>();
  for (const text of given) {
    const equals = text.indexOf("=");
    const name = equals < 0 ? text : text.slice(0, equals);
    if (!types.has(name)) throw new UsageError(unknown(name, [...types.keys()]));
    if (equals < 0) throw new UsageError(`--parameter ${name}: must be ${name}=value`);
    if (values.has(name)) throw new UsageError(`--parameter ${name}: is given twice`);
    const value = text.slice(equals + 1);
    if (types.get(name) === "Number" && !/^\d+$/.test(value)) {
      throw new UsageError(
        `--parameter ${name}: must be a whole number, got ${JSON.stringify(value)}`,
      );
    }
    values.set(name, value);
  }
  return Object.fromEntries(values);
}

function unknown(name: string, names: readonly string[]): string {
  const nearest = nearestName(name, names);
  const hint = nearest === undefined ? `there are ${names.join(", ")}` : `did you mean ${nearest}?`;
  return `--parameter ${JSON.stringify(name)}: there is no such parameter; ${hint}`;
}

/**
 * Checks what is given by itself: what is wrong here is wrong in each region and for each stack.
 *
 * @param template the text of the template
 * @throws {UsageError} for a value that has a wrong form, is not allowed or out of range
 */
export function checkForms(template: string, given: Readonly<Record<string, string>>): void {
  try {
    checkParameters(template, given);
  } catch (error) {
    if (!(error instanceof TemplateError && error.path.startsWith("Rules."))) throw usage(error);
  }
}

/**
 * Checks parameters against the template: their forms, allowed values, ranges and rules. A parameter that is not given
 * has the value of the deployed stack, or its default.
 *
 * @param template the text of the template
 * @param before reads the parameters of the deployed stack; not called when none is given, or one is wrong by itself
 * @returns all parameters
 * @throws {UsageError} for the first problem that CloudFormation would report
 * @throws what `before` throws
 */
export async function settleGivenParameters(
  template: string,
  given: Readonly<Record<string, string>>,
  before: () => Promise<Readonly<Record<string, string>>>,
): Promise<ReadonlyMap<string, ParameterValue>> {
  checkForms(template, given);
  if (Object.keys(given).length === 0) return checkParameters(template, given);
  const types = parameterTypes(template);
  const kept = Object.entries(await before()).filter(([name]) => types.has(name));
  try {
    return checkParameters(template, { ...Object.fromEntries(kept), ...given });
  } catch (error) {
    throw usage(error);
  }
}

function usage(error: unknown): unknown {
  if (!(error instanceof TemplateError)) return error;
  const [, name] = /^Parameters\.(\w+)$/.exec(error.path) ?? [];
  const where = name === undefined ? "" : `--parameter ${name}: `;
  return new UsageError(`${where}${error.problem}`, { cause: error });
}
