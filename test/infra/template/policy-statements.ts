/** A statement of a policy, as far as it is looked at. */
export interface PolicyStatement {
  readonly Sid?: string;
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
}

/** The statements of a policy document as IAM gives it; moto gives one that CloudFormation made as Python writes it. */
export function policyStatements(document: string = ""): PolicyStatement[] {
  const text = decodeURIComponent(document);
  return JSON.parse(text.startsWith("{'") ? text.replaceAll("'", '"') : text).Statement;
}
