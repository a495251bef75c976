import { createHash } from "node:crypto";

/** What `npm run deploy` is told. */
export interface DeployOptions {
  readonly stack: string;
  readonly region?: string;
  /** Whether SAM asks for every parameter. */
  readonly guided?: boolean;
  /** As `Name=value`. */
  readonly parameter?: readonly string[];
}

/**
 * The arguments of `sam deploy`. Parameters that are not given keep the values they had. `Release` changes with those
 * that are given, so that the alias gets a version with them; where SAM asks for them, each time.
 *
 * @param now in epoch ms
 */
export function samArguments(
  template: string,
  { stack, region, guided = false, parameter = [] }: DeployOptions,
  now: number,
): string[] {
  const release = guided ? now.toString(36) : digest(parameter);
  return [
    "deploy",
    ...["--template-file", template],
    ...["--stack-name", stack],
    ...["--capabilities", "CAPABILITY_IAM"],
    "--no-fail-on-empty-changeset",
    ...(region === undefined ? [] : ["--region", region]),
    ...(guided ? ["--guided"] : ["--resolve-s3"]),
    "--parameter-overrides",
    ...parameter.map(quoted),
    `Release=${release}`,
  ];
}

/** As SAM reads an override: a value with blanks or commas stands in quotes. */
function quoted(parameter: string): string {
  const [name = "", ...value] = parameter.split("=");
  return `${name}="${value.join("=").replaceAll('"', '\\"')}"`;
}

const digest = (parameters: readonly string[]): string =>
  createHash("sha256").update(parameters.toSorted().join("\n")).digest("hex").slice(0, 12);
