import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { isJsonObject } from "../json/json.ts";

/** Writes the input of a call as DynamoDB's JSON, in which bytes are base64. */
export function callJson(input: object): string {
  return JSON.stringify(input, function (this: unknown, name, value: unknown) {
    // The member itself, because a Buffer's toJSON has made an object of `value`.
    const member = isJsonObject(this) ? this[name] : value;
    return member instanceof Uint8Array ? Buffer.from(member).toString("base64") : value;
  });
}

/**
 * Reads an item from DynamoDB's JSON.
 *
 * @throws {TypeError} when it is none
 */
export function itemIn(json: unknown): Record<string, AttributeValue> {
  if (!isJsonObject(json)) throw new TypeError("DynamoDB's answer holds an item that is no object");
  return Object.fromEntries(
    Object.entries(json).map(([name, value]) => [name, attributeIn(value)]),
  );
}

function attributeIn(json: unknown): AttributeValue {
  const { S, N, B, BOOL, NULL, L, M, SS, NS, BS } = isJsonObject(json) ? json : {};
  if (typeof S === "string") return { S };
  if (typeof N === "string") return { N };
  if (typeof B === "string") return { B: Buffer.from(B, "base64") };
  if (typeof BOOL === "boolean") return { BOOL };
  if (NULL === true) return { NULL };
  if (Array.isArray(L)) return { L: L.map(attributeIn) };
  if (M !== undefined) return { M: itemIn(M) };
  if (Array.isArray(SS)) return { SS: SS.map(String) };
  if (Array.isArray(NS)) return { NS: NS.map(String) };
  if (Array.isArray(BS)) return { BS: BS.map((bytes) => Buffer.from(String(bytes), "base64")) };
  throw new TypeError("DynamoDB's answer holds an attribute of no known type");
}
