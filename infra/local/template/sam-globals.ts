import { isList, isMap, own, type TemplateMap, type TemplateValue } from "./template-value.ts";

/** The sections of SAM's `Globals`, each with the resource type that its defaults apply to. */
const SECTIONS: Readonly<Record<string, string>> = {
  "AWS::Serverless::Function": "Function",
  "AWS::Serverless::SimpleTable": "SimpleTable",
};

/** The properties of a resource, merged with the defaults of `Globals` for its type. */
export function withGlobals(
  globals: TemplateMap,
  type: string,
  properties: TemplateMap,
): TemplateMap {
  const section = SECTIONS[type];
  const inherited = section === undefined ? undefined : own(globals, section);
  return isMap(inherited) ? mergeMaps(inherited, properties) : properties;
}

/** SAM, "Globals section": maps are merged, lists are appended to the global ones, other values replace them. */
function merge(inherited: TemplateValue | undefined, given: TemplateValue): TemplateValue {
  if (isList(inherited) && isList(given)) return [...inherited, ...given];
  if (isMap(inherited) && isMap(given) && !isIntrinsic(inherited) && !isIntrinsic(given)) {
    return mergeMaps(inherited, given);
  }
  return given;
}

function mergeMaps(inherited: TemplateMap, given: TemplateMap): TemplateMap {
  const merged = Object.entries(given).map(([key, value]) => [
    key,
    merge(own(inherited, key), value),
  ]);
  return { ...inherited, ...Object.fromEntries(merged) };
}

const isIntrinsic = (map: TemplateMap): boolean =>
  Object.keys(map).some((key) => key === "Ref" || key.startsWith("Fn::"));
