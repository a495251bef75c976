import { type ConditionalWrite, LIVES, names } from "./row-writes.ts";

/**
 * Ends a poll's wait: the next hop of its message finds this, and asks. It counts until the next claim. A poll that has
 * ended, or that no message has claimed yet, is not written.
 */
export function nudgeWrite(): ConditionalWrite {
  return {
    UpdateExpression: "SET #nudgedClaimId = #claimId",
    ConditionExpression: `attribute_exists(#claimId) AND ${LIVES}`,
    ExpressionAttributeNames: names("nudgedClaimId", "claimId", "outcome"),
    ExpressionAttributeValues: undefined,
  };
}
