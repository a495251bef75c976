import { isJsonObject, type JsonObject, numberOf } from "../../json/json.ts";
import { group } from "./group-schema.ts";

/** The group that a body names; `undefined`: none, or not in a valid form. */
export function groupIn(body: JsonObject | undefined) {
  const said = body?.group;
  if (!isJsonObject(said)) return undefined;
  return group.safeParse({ ...said, size: numberOf(said.size) }).data;
}
