/** The parts of a policy statement that tests check. */
export interface PolicyStatement {
  readonly Sid?: string;
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
}

/**
 * The statements of a policy document from IAM. For CloudFormation's documents moto returns Python text, with None in
 * place of AWS::NoValue.
 */
export function policyStatements(document: string = ""): PolicyStatement[] {
  const text = decodeURIComponent(document);
  const json = text.startsWith("{'") ? text.replaceAll("'", '"').replaceAll("None", "null") : text;
  const statements: (PolicyStatement | null)[] = JSON.parse(json).Statement;
  return statements.filter((statement) => statement !== null);
}
