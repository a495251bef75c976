import { type ConditionalWrite, names } from "./row-writes.ts";

/**
 * Marks that the job of an ended poll is aborted now, unless another id has marked it.
 *
 * @param onlyClaimed only if a message has claimed the poll: a row that its cancellation has made has no sequence of one
 */
export function abortWrite(abortClaimId: string, onlyClaimed: boolean): ConditionalWrite {
  const isFirst = ["attribute_not_exists(#abortClaimId)", "#abortClaimId = :abortClaimId"];
  const hasEnded = ["attribute_exists(#outcome)", ...(onlyClaimed ? ["#seen >= :first"] : [])];
  return {
    UpdateExpression: "SET #abortClaimId = :abortClaimId",
    ConditionExpression: isFirst.map((first) => [...hasEnded, first].join(" AND ")).join(" OR "),
    ExpressionAttributeNames: names("abortClaimId", "outcome", ...(onlyClaimed ? ["seen"] : [])),
    ExpressionAttributeValues: {
      ":abortClaimId": abortClaimId,
      ...(onlyClaimed ? { ":first": 0 } : {}),
    },
  };
}
