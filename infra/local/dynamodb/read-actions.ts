import * as z from "zod/mini";
import { type Action, action, placeholderFields, tableFields } from "./action.ts";
import { attributeOf, canonical, compareValues, type Item, parseItem } from "./attribute-value.ts";
import { validationError } from "./dynamodb-error.ts";
import { type Condition, parseFilter, parseKeyCondition } from "./expression/condition.ts";
import { projected } from "./expression/document.ts";
import { meets } from "./expression/evaluate-condition.ts";
import { type Placeholders, placeholdersOf } from "./expression/placeholders.ts";
import { parseProjection } from "./expression/projection.ts";
import type { Parsed, Path } from "./expression/reader.ts";
import type { Table } from "./table.ts";

const readFields = {
  ...tableFields,
  ...placeholderFields,
  FilterExpression: z.optional(z.string()),
  ProjectionExpression: z.optional(z.string()),
  Select: z.optional(z.enum(["ALL_ATTRIBUTES", "SPECIFIC_ATTRIBUTES", "COUNT"])),
  Limit: z.optional(z.int().check(z.gte(1))),
  ExclusiveStartKey: z.optional(z.unknown()),
  ConsistentRead: z.optional(z.boolean()),
};

interface ReadInput {
  readonly FilterExpression?: string | undefined;
  readonly ProjectionExpression?: string | undefined;
  readonly Select?: string | undefined;
  readonly Limit?: number | undefined;
  readonly ExclusiveStartKey?: unknown;
}

/** DynamoDB's actions that read several items, with its wire format. */
export const readActions: Readonly<Record<string, Action>> = {
  Scan: action(z.strictObject(readFields), (input, tables) => {
    const table = tables.byName(input.TableName);
    return page(table, [...table.items()], input, ({ filter, projection }) =>
      placeholdersOf(input, { FilterExpression: filter, ProjectionExpression: projection }),
    );
  }),

  Query: action(
    z.strictObject({
      ...readFields,
      KeyConditionExpression: z.string(),
      ScanIndexForward: z.optional(z.boolean()),
    }),
    (input, tables) => {
      const table = tables.byName(input.TableName);
      const condition = parseKeyCondition(input.KeyConditionExpression);
      const expressions = expressionsOf(input);
      const placeholders = placeholdersOf(input, {
        KeyConditionExpression: condition,
        FilterExpression: expressions.filter,
        ProjectionExpression: expressions.projection,
      });
      assertKeyCondition(table, condition.ast, placeholders);
      const sorted = bySortKey(table, input.ScanIndexForward ?? true);
      const found = [...table.items()]
        .filter((item) => meets(item, condition.ast, placeholders))
        .sort(sorted);
      return page(table, found, input, () => placeholders);
    },
  ),
};

interface ReadExpressions {
  readonly filter: Parsed<Condition> | undefined;
  readonly projection: Parsed<readonly Path[]> | undefined;
}

function expressionsOf({ FilterExpression, ProjectionExpression }: ReadInput): ReadExpressions {
  return {
    filter: FilterExpression === undefined ? undefined : parseFilter(FilterExpression),
    projection:
      ProjectionExpression === undefined ? undefined : parseProjection(ProjectionExpression),
  };
}

/** Up to `Limit` items, counted before the filter, as DynamoDB counts them. */
function page(
  table: Table,
  items: readonly Item[],
  input: ReadInput,
  placeholdersFor: (expressions: ReadExpressions) => Placeholders,
) {
  const expressions = expressionsOf(input);
  const placeholders = placeholdersFor(expressions);
  const { filter, projection } = expressions;
  const start = startOf(table, items, input.ExclusiveStartKey);
  const end = Math.min(items.length, start + (input.Limit ?? items.length));
  const read = items.slice(start, end);
  const found = filter ? read.filter((item) => meets(item, filter.ast, placeholders)) : read;
  const last = end < items.length ? read.at(-1) : undefined;
  const paths = projection?.ast.map(placeholders.path);
  return {
    Count: found.length,
    ScannedCount: read.length,
    ...(input.Select !== "COUNT" && {
      Items: paths ? found.map((item) => projected(item, paths)) : found,
    }),
    ...(last && { LastEvaluatedKey: table.keyOf(last) }),
  };
}

function startOf(table: Table, items: readonly Item[], input: unknown): number {
  if (input === undefined) return 0;
  const wanted = canonical({ M: table.assertKey(parseItem(input)) });
  const index = items.findIndex((item) => canonical({ M: table.keyOf(item) }) === wanted);
  if (index < 0) throw validationError("The provided starting key is invalid");
  return index + 1;
}

/** A key condition compares the partition key with `=` and, optionally, the sort key with other values. */
function assertKeyCondition(table: Table, condition: Condition, placeholders: Placeholders): void {
  const terms = condition.kind === "and" ? condition.terms : [condition];
  const { partitionKey, sortKey } = table.description;
  const asksFor = (term: Condition): string | number | undefined => {
    if (term.kind === "compare" && term.comparator !== "<>" && term.left.kind === "path") {
      return placeholders.path(term.left.path)[0];
    }
    if (term.kind !== "between" && term.kind !== "beginsWith") return undefined;
    return term.operand.kind === "path" ? placeholders.path(term.operand.path)[0] : undefined;
  };
  const isPartition = (term: Condition) =>
    term.kind === "compare" && term.comparator === "=" && asksFor(term) === partitionKey.name;
  const others = terms.filter((term) => !isPartition(term));
  const isKeyCondition =
    terms.length - others.length === 1 &&
    others.length <= 1 &&
    others.every((term) => sortKey !== undefined && asksFor(term) === sortKey.name);
  if (!isKeyCondition) throw validationError("Query key condition not supported");
}

function bySortKey({ description: { sortKey } }: Table, isForward: boolean) {
  return (a: Item, b: Item): number => {
    if (sortKey === undefined) return 0;
    const [left, right] = [attributeOf(a, sortKey.name), attributeOf(b, sortKey.name)];
    const order = (left && right && compareValues(left, right)) ?? 0;
    return isForward ? order : -order;
  };
}
