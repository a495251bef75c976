import type { Expression } from "../jmespath/bounded-interpreter.ts";
import { ANYTHING, type KnownValue } from "./known-value.ts";
import {
  memberOfNoObject,
  mistakeOfName,
  type NameUse,
  unknownName,
  upperCaseHeader,
} from "./mistake-messages.ts";
import { nameOf } from "./quoted-names.ts";

/**
 * What is known of an object's member.
 *
 * @throws {Mistake} when there is no such member, or the value cannot have members
 */
export function member(
  node: Extract<Expression, { type: "Field" }>,
  object: KnownValue,
  use: NameUse,
): KnownValue {
  const name = nameOf(node.name);
  if (object.members !== undefined) {
    const known = Object.hasOwn(object.members, name) ? object.members[name] : undefined;
    if (known !== undefined) return known;
    throw mistakeOfName(node.name) ?? unknownName(node.name, Object.keys(object.members), use);
  }
  if (object.eachMember !== undefined) {
    if (name !== name.toLowerCase()) throw upperCaseHeader(name);
    return object.eachMember;
  }
  if (object.type !== undefined && object.type !== "object") throw memberOfNoObject(object.type);
  return ANYTHING;
}
