import type { AttributeValue, UpdateItemCommandInput } from "@aws-sdk/client-dynamodb";
import { isJsonObject } from "../json/json.ts";

/** A value that the fence writes. */
export type PlainValue = string | number | boolean | Uint8Array;

type Attributes = Record<string, AttributeValue>;

/** The values of an expression as DynamoDB's. */
export function attributesOf(values: Readonly<Record<string, PlainValue>>): Attributes {
  return mapped(values, (value) => {
    if (typeof value === "string") return { S: value };
    if (typeof value === "number") return { N: String(value) };
    return typeof value === "boolean" ? { BOOL: value } : { B: value };
  });
}

/** Writes the input of a call as DynamoDB's JSON, in which bytes are base64. The fence writes none inside of lists. */
export function updateJson({
  ExpressionAttributeValues: values = {},
  ...input
}: UpdateItemCommandInput): string {
  const written = mapped(values, (value) =>
    value.B === undefined ? value : { B: Buffer.from(value.B).toString("base64") },
  );
  const hasValues = Object.keys(written).length > 0;
  return JSON.stringify({ ...input, ...(hasValues && { ExpressionAttributeValues: written }) });
}

function mapped<From, To>(of: Readonly<Record<string, From>>, map: (value: From) => To) {
  return Object.fromEntries(Object.entries(of).map(([name, value]) => [name, map(value)]));
}

/**
 * Reads an item from DynamoDB's JSON.
 *
 * @throws {TypeError} when it is none
 */
export function itemIn(json: unknown): Attributes {
  if (isJsonObject(json)) return mapped(json, attributeIn);
  throw new TypeError("DynamoDB's answer holds an item that is no object");
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
