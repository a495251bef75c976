import { execFile } from "node:child_process";
import { promisify } from "node:util";
import {
  CloudFormationClient,
  CreateStackCommand,
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
} from "@aws-sdk/client-cloudformation";
import type { Moto } from "../moto.ts";
import { projectFile, tool } from "../tools.ts";

type Texts = Readonly<Record<string, string>>;

/** A stack that CloudFormation has deployed. */
export interface DeployedStack {
  readonly outputs: Texts;
  /** Physical ids by logical ids. */
  readonly resources: Texts;
}

const BUCKET = "artifacts";
const KEY = "poller.zip";
/** Enough for moto, which reads the account from it and checks no signature. */
const AUTHORIZATION =
  "AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0";

/** Applies SAM's transform to a template of the project. */
export async function samTransform(
  template: string,
  parameters: Texts,
  target: "aws" | "moto",
): Promise<string> {
  const script = projectFile("test/infra/template/sam_transform.py");
  const args = [script, projectFile(template), BUCKET, KEY, JSON.stringify(parameters), target];
  const python = promisify(execFile)(tool("checks/bin/python"), args, { maxBuffer: 1e7 });
  return (await python).stdout;
}

/** Deploys a template of the project as SAM would, without its code. */
export async function deploy(
  moto: Moto,
  stackName: string,
  template: string,
  parameters: Texts,
): Promise<DeployedStack> {
  for (const body of [null, "a zip archive"]) {
    const url = `${moto.endpoint}/${BUCKET}${body === null ? "" : `/${KEY}`}`;
    await fetch(url, { method: "PUT", body, headers: { authorization: AUTHORIZATION } });
  }
  const cloudFormation = new CloudFormationClient(moto.client);
  try {
    await cloudFormation.send(
      new CreateStackCommand({
        StackName: stackName,
        TemplateBody: await samTransform(template, parameters, "moto"),
        Parameters: Object.entries(parameters).map(([ParameterKey, ParameterValue]) => ({
          ParameterKey,
          ParameterValue,
        })),
        Capabilities: ["CAPABILITY_IAM"],
      }),
    );
    const named = { StackName: stackName };
    const { Stacks } = await cloudFormation.send(new DescribeStacksCommand(named));
    const found = await cloudFormation.send(new DescribeStackResourcesCommand(named));
    const outputs = Stacks?.[0]?.Outputs ?? [];
    const resources = found.StackResources ?? [];
    return {
      outputs: texts(outputs.map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue])),
      resources: texts(
        resources.map(({ LogicalResourceId, PhysicalResourceId }) => [
          LogicalResourceId,
          PhysicalResourceId,
        ]),
      ),
    };
  } finally {
    cloudFormation.destroy();
  }
}

type Named = readonly [name: string | undefined, value: string | undefined];

const texts = (pairs: readonly Named[]): Texts =>
  Object.fromEntries(pairs.map(([name = "", value = ""]) => [name, value]));
