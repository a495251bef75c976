import * as z from "zod/mini";
import { type Action, action, placeholderFields, tableFields } from "./action.ts";
import { type Item, parseItem } from "./attribute-value.ts";
import { DynamoDbError, invalidParameter } from "./dynamodb-error.ts";
import { updatedItem, updatedPaths } from "./expression/apply-update.ts";
import { type Condition, parseCondition } from "./expression/condition.ts";
import { projected } from "./expression/document.ts";
import { meets } from "./expression/evaluate-condition.ts";
import { type Placeholders, placeholdersOf } from "./expression/placeholders.ts";
import { parseProjection } from "./expression/projection.ts";
import type { Parsed, Path } from "./expression/reader.ts";
import { parseUpdate } from "./expression/update.ts";
import type { Table } from "./table.ts";

const conditionFields = {
  ConditionExpression: z.optional(z.string()),
  ReturnValuesOnConditionCheckFailure: z.optional(z.enum(["NONE", "ALL_OLD"])),
  ...placeholderFields,
};
const oldOrNothing = z.optional(z.enum(["NONE", "ALL_OLD"]));

/** DynamoDB's actions on one item, with its wire format. */
export const itemActions: Readonly<Record<string, Action>> = {
  GetItem: action(
    z.strictObject({
      ...tableFields,
      Key: z.unknown(),
      ConsistentRead: z.optional(z.boolean()),
      ProjectionExpression: z.optional(z.string()),
      ExpressionAttributeNames: placeholderFields.ExpressionAttributeNames,
    }),
    (input, tables) => {
      const projection = input.ProjectionExpression && parseProjection(input.ProjectionExpression);
      const parsed = projection || undefined;
      const placeholders = placeholdersOf(input, { ProjectionExpression: parsed });
      const item = tables.byName(input.TableName).get(parseItem(input.Key));
      if (item === undefined) return {};
      if (parsed === undefined) return { Item: item };
      return { Item: projected(item, parsed.ast.map(placeholders.path)) };
    },
  ),

  PutItem: action(
    z.strictObject({
      ...tableFields,
      ...conditionFields,
      Item: z.unknown(),
      ReturnValues: oldOrNothing,
    }),
    (input, tables) => {
      const table = tables.byName(input.TableName);
      const item = parseItem(input.Item);
      const condition = conditionIn(input);
      const placeholders = placeholdersOf(input, { ConditionExpression: condition });
      const old = refuseUnlessMet(table, table.keyOf(item), condition, placeholders, input);
      table.put(item);
      return oldAnswer(old, input.ReturnValues);
    },
  ),

  DeleteItem: action(
    z.strictObject({
      ...tableFields,
      ...conditionFields,
      Key: z.unknown(),
      ReturnValues: oldOrNothing,
    }),
    (input, tables) => {
      const table = tables.byName(input.TableName);
      const key = table.assertKey(parseItem(input.Key));
      const condition = conditionIn(input);
      const placeholders = placeholdersOf(input, { ConditionExpression: condition });
      const old = refuseUnlessMet(table, key, condition, placeholders, input);
      table.delete(key);
      return oldAnswer(old, input.ReturnValues);
    },
  ),

  UpdateItem: action(
    z.strictObject({
      ...tableFields,
      ...conditionFields,
      Key: z.unknown(),
      UpdateExpression: z.optional(z.string()),
      ReturnValues: z.optional(
        z.enum(["NONE", "ALL_OLD", "ALL_NEW", "UPDATED_OLD", "UPDATED_NEW"]),
      ),
    }),
    (input, tables) => {
      const table = tables.byName(input.TableName);
      const key = table.assertKey(parseItem(input.Key));
      const update =
        input.UpdateExpression === undefined ? undefined : parseUpdate(input.UpdateExpression);
      const condition = conditionIn(input);
      const placeholders = placeholdersOf(input, {
        UpdateExpression: update,
        ConditionExpression: condition,
      });
      const paths = update ? updatedPaths(update.ast, placeholders) : [];
      refuseKeyChange(table, paths);
      const old = refuseUnlessMet(table, key, condition, placeholders, input);
      const before = old ?? key;
      const item = update ? updatedItem(before, update.ast, placeholders) : before;
      table.put(item);
      return updateAnswer(input.ReturnValues, old, item, paths);
    },
  ),
};

function conditionIn({ ConditionExpression: text }: { ConditionExpression?: string | undefined }) {
  return text === undefined ? undefined : parseCondition(text);
}

/**
 * @returns the item in the table
 * @throws DynamoDbError ConditionalCheckFailedException
 */
function refuseUnlessMet(
  table: Table,
  key: Item,
  condition: Parsed<Condition> | undefined,
  placeholders: Placeholders,
  options: { readonly ReturnValuesOnConditionCheckFailure?: string | undefined },
): Item | undefined {
  const item = table.get(key);
  if (condition === undefined || meets(item ?? {}, condition.ast, placeholders)) return item;
  throw new DynamoDbError(
    "ConditionalCheckFailedException",
    "The conditional request failed",
    options.ReturnValuesOnConditionCheckFailure === "ALL_OLD" ? item : undefined,
  );
}

function refuseKeyChange(table: Table, paths: readonly Path[]): void {
  const [name] = paths.map(([first]) => String(first)).filter((of) => table.isKeyAttribute(of));
  if (name === undefined) return;
  throw invalidParameter(`Cannot update attribute ${name}. This attribute is part of the key`);
}

function oldAnswer(old: Item | undefined, returnValues: string | undefined) {
  return returnValues === "ALL_OLD" && old !== undefined ? { Attributes: old } : {};
}

function updateAnswer(
  returnValues: string | undefined,
  old: Item | undefined,
  item: Item,
  paths: readonly Path[],
) {
  switch (returnValues) {
    case "ALL_NEW":
      return { Attributes: item };
    case "ALL_OLD":
      return oldAnswer(old, returnValues);
    case "UPDATED_NEW":
      return attributesOrNothing(projected(item, paths));
    case "UPDATED_OLD":
      return attributesOrNothing(projected(old ?? {}, paths));
    default:
      return {};
  }
}

function attributesOrNothing(attributes: Item) {
  return Object.keys(attributes).length === 0 ? {} : { Attributes: attributes };
}
