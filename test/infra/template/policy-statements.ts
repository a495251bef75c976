/** A statement of a policy, as far as it is looked at. */
export interface PolicyStatement {
  readonly Sid?: string;
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
}

/** The statements of a policy document as IAM gives it; moto gives one that CloudFormation made as Python writes it, with None where AWS::NoValue leaves one out. */
export function policyStatements(document: string = ""): PolicyStatement[] {
  const text = decodeURIComponent(document);
  const json = text.startsWith("{'") ? text.replaceAll("'", '"').replaceAll("None", "null") : text;
  const statements: (PolicyStatement | null)[] = JSON.parse(json).Statement;
  return statements.filter((statement) => statement !== null);
}
