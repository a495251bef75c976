/** What the SDK says of a missing region, with what to do about it. Other reasons stay as they are. */
export function namingRegionOption(reason: string): string {
  return reason === "Region is missing"
    ? "Region is missing: give --region, or set AWS_REGION"
    : reason;
}
