/** Where no region is set. */
export const NO_REGION = "no AWS region is set: give --region, or set AWS_REGION";

/** Adds advice to the SDK's error about a missing region. Other errors are returned unchanged. */
export function namingRegionOption(reason: string): string {
  return reason === "Region is missing"
    ? "Region is missing: give --region, or set AWS_REGION"
    : reason;
}
