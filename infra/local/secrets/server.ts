import { randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import * as z from "zod/mini";
import { messageOf } from "../../../lib/message-of.ts";
import { awsJsonHandler, type ErrorResponse, ProtocolError } from "../http/aws-json.ts";
import { closeServer, listenOnLoopback } from "../http/listen.ts";

/** Secrets by their references, `secretsmanager:NAME` or `ssm:/name`; each value is the text that AWS would store. */
export type LocalSecrets = Readonly<Record<string, string>>;

/** What reads secrets on this machine. It also refuses calls to every AWS service that does not run locally. */
export interface SecretsServer {
  /** `http://127.0.0.1:PORT`. */
  readonly endpoint: string;
  /** Must sign each request: other users of this machine can reach the endpoint, too. */
  readonly accessKeyId: string;
  close(): Promise<void>;
}

const SECRETS_MANAGER = "secretsmanager";
const PARAMETER_STORE = "AmazonSSM";
const MAX_BODY_BYTES = 65_536;

const secretIdSchema = z.looseObject({ SecretId: z.string() });
const parameterSchema = z.looseObject({ Name: z.string() });

/** There is no secret of that name. */
class NoSuchSecretError extends Error {
  readonly code: "ResourceNotFoundException" | "ParameterNotFound";

  constructor(code: NoSuchSecretError["code"], reference: string) {
    super(`There is no secret ${reference} on the local stack: "--secrets FILE" gives it secrets.`);
    this.code = code;
  }
}

/**
 * Serves the reading actions of Secrets Manager (GetSecretValue) and Parameter Store (GetParameter) on loopback, on a
 * free port.
 */
export async function startSecretsServer(secrets: LocalSecrets = {}): Promise<SecretsServer> {
  const found = (reference: string, code: NoSuchSecretError["code"]): string => {
    const text = Object.hasOwn(secrets, reference) ? secrets[reference] : undefined;
    if (text === undefined) throw new NoSuchSecretError(code, reference);
    return text;
  };
  const ofSecretsManager = serviceOf(SECRETS_MANAGER, "GetSecretValue", (input) => {
    const { SecretId } = secretIdSchema.parse(input);
    const SecretString = found(`secretsmanager:${SecretId}`, "ResourceNotFoundException");
    return { Name: SecretId, SecretString };
  });
  const ofParameterStore = serviceOf(PARAMETER_STORE, "GetParameter", (input) => {
    const { Name } = parameterSchema.parse(input);
    return {
      Parameter: { Name, Type: "SecureString", Value: found(`ssm:${Name}`, "ParameterNotFound") },
    };
  });
  const accessKeyId = `local-${randomBytes(16).toString("hex")}`;
  const server = createServer((request, response) => {
    const [service = ""] = String(request.headers["x-amz-target"] ?? "").split(".");
    if (!isSignedBy(accessKeyId, request)) refuse(service !== "", response);
    else if (service === SECRETS_MANAGER) ofSecretsManager(request, response);
    else if (service === PARAMETER_STORE) ofParameterStore(request, response);
    else refuse(service !== "", response);
  });
  const endpoint = await listenOnLoopback(server, "The local Secrets Manager");
  return { endpoint, accessKeyId, close: () => closeServer(server) };
}

/** Signature version 4 names its access key: `AWS4-HMAC-SHA256 Credential=KEY/DATE/REGION/SERVICE/aws4_request, ...`. */
function isSignedBy(accessKeyId: string, { headers }: IncomingMessage): boolean {
  return headers.authorization?.includes(` Credential=${accessKeyId}/`) === true;
}

/** Refuses as AWS refuses what a role has no right to: a delivery then ends as a dead letter that says why. */
function refuse(isJson: boolean, response: ServerResponse): void {
  const message = "of AWS, only SQS, DynamoDB and the reading of secrets run on the local stack";
  response.writeHead(403, { "content-type": isJson ? "application/x-amz-json-1.1" : "text/xml" });
  response.end(
    isJson
      ? JSON.stringify({ __type: "AccessDeniedException", message })
      : `<ErrorResponse><Error><Code>AccessDenied</Code><Message>${message}</Message></Error></ErrorResponse>`,
  );
}

function serviceOf(targetPrefix: string, action: string, answer: (input: unknown) => unknown) {
  return awsJsonHandler({
    targetPrefix,
    protocolHint: `this server knows ${action} alone.`,
    actions: new Map([[action, answer]]),
    errorResponse,
    maxBodyBytes: MAX_BODY_BYTES,
  });
}

function errorResponse(error: unknown): ErrorResponse {
  const message = messageOf(error);
  if (error instanceof NoSuchSecretError || error instanceof ProtocolError) {
    const status = error.code === "AccessDeniedException" ? 403 : 400;
    return { status, body: { __type: error.code, message } };
  }
  return { status: 500, body: { __type: "InternalServiceError", message } };
}
