/** Where a call went, for the advice. */
export interface CallPlace {
  readonly stack: string;
  readonly region?: string | undefined;
}

const EXPIRED = /^(ExpiredToken|ExpiredTokenException|TokenExpired|RequestExpired)$/;
const DENIED = /^(AccessDenied|AccessDeniedException|UnauthorizedOperation)$/;
const REFUSED =
  /^(UnrecognizedClientException|InvalidClientTokenId|InvalidSignatureException|SignatureDoesNotMatch)$/;
const GONE =
  /^(ResourceNotFoundException|QueueDoesNotExist|AWS\.SimpleQueueService\.NonExistentQueue)$/;
const UNREACHABLE = /ENOTFOUND|ECONNREFUSED|EAI_AGAIN|ETIMEDOUT/;

/** Whether the credentials do not allow a call. */
export const isAccessDenied = (error: unknown): boolean =>
  error instanceof Error && DENIED.test(error.name);

/** Whether CloudFormation says that there is no such stack: it has no code of its own for that. */
export const isMissingStack = (error: unknown): boolean =>
  error instanceof Error &&
  error.name === "ValidationError" &&
  /does not exist/.test(error.message);

/**
 * Says what an error of an AWS call means for the user, and what to do.
 *
 * @returns `undefined` when the error says nothing that can be explained better than it does itself
 */
export function awsProblem(error: unknown, place: CallPlace): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { name, message } = error;
  const where = place.region === undefined ? "this region" : place.region;
  if (name === "CredentialsProviderError" || /Could not load credentials/.test(message)) {
    return "no AWS credentials were found: give --profile, set AWS_PROFILE or AWS_ACCESS_KEY_ID, or run `aws configure`";
  }
  if (EXPIRED.test(name) || /token.*expired/i.test(message)) {
    return "your AWS credentials have expired: get new ones, for example with `aws sso login`";
  }
  if (isAccessDenied(error)) return `access denied: your credentials need ${permissionIn(message)}`;
  if (REFUSED.test(name)) {
    return `AWS does not accept these credentials in ${where}: check --profile, and that the account uses this region`;
  }
  if (isMissingStack(error)) {
    return `there is no stack ${place.stack} in ${where} of this account: check the name, --region and --profile`;
  }
  if (GONE.test(name)) {
    return `a part of stack ${place.stack} does not exist in ${where}: it is being deleted, or --region or --profile is another one's`;
  }
  if (UNREACHABLE.test(`${codeOf(error)} ${message}`)) {
    return `AWS cannot be reached (${message || codeOf(error)}): check the network, --region and --endpoint-url`;
  }
  return undefined;
}

function permissionIn(message: string): string {
  const action = /perform: ([\w-]+:\w+)/.exec(message)?.[1];
  const resource = /on resource: (\S+)/.exec(message)?.[1];
  if (action === undefined) return `a permission that AWS does not name: ${message}`;
  return resource === undefined ? action : `${action} on ${resource}`;
}

const codeOf = (error: Error): string => ("code" in error ? String(error.code) : "");
