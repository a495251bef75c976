import { createHmac, createSecretKey, hash, type KeyObject } from "node:crypto";

/** The credentials that a call is signed with. */
export interface CallCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
}

/** A call of an AWS service: a POST to this path, without a query. */
export interface Call {
  readonly path: string;
  /** With lower-case names, and `host` among them. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Returns a call's headers with its signature. @param now in epoch ms */
export type SignCall = (
  call: Call,
  credentials: CallCredentials,
  now: number,
) => Record<string, string>;

/**
 * Makes the signer of calls to one service in one region (AWS IAM User Guide, "Create a signed AWS API request"). It
 * keeps the key that it has derived from the credentials, which is the same for a whole day, as Node's own kind of key:
 * the SDK's signer looks its key up by a further HMAC, and converts it for each signature.
 */
export function createCallSigner(service: string, region: string): SignCall {
  let last:
    | { readonly of: CallCredentials; readonly day: string; readonly key: KeyObject }
    | undefined;
  const keyOf = (credentials: CallCredentials, day: string): KeyObject => {
    if (last?.of !== credentials || last.day !== day) {
      const key = signingKey(credentials.secretAccessKey, day, region, service);
      last = { of: credentials, day, key };
    }
    return last.key;
  };

  return ({ path, headers, body }, credentials, now) => {
    const time = new Date(now).toISOString().replace(/[:-]|\.\d+/g, "");
    const day = time.slice(0, "YYYYMMDD".length);
    const { sessionToken } = credentials;
    const signed = {
      ...headers,
      "x-amz-date": time,
      ...(sessionToken === undefined ? {} : { "x-amz-security-token": sessionToken }),
    };
    const lines = Object.entries(signed)
      .map(([name, value]) => `${name}:${value}`)
      .sort();
    const names = lines.map((line) => line.slice(0, line.indexOf(":"))).join(";");
    const request = ["POST", escapedPath(path), "", ...lines, "", names, sha256(body)].join("\n");
    const scope = `${day}/${region}/${service}/aws4_request`;
    const text = ["AWS4-HMAC-SHA256", time, scope, sha256(request)].join("\n");
    const signature = createHmac("sha256", keyOf(credentials, day)).update(text).digest("hex");
    const credential = `${credentials.accessKeyId}/${scope}`;
    return {
      ...signed,
      authorization: `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${names}, Signature=${signature}`,
    };
  };
}

function signingKey(secret: string, ...parts: readonly string[]): KeyObject {
  const start: string | Buffer = `AWS4${secret}`;
  const key = [...parts, "aws4_request"].reduce<string | Buffer>(
    (of, part) => createHmac("sha256", of).update(part).digest(),
    start,
  );
  return createSecretKey(Buffer.from(key));
}

function sha256(text: string): string {
  return hash("sha256", text);
}

/** The path as all services but S3 sign it: escaped once more. */
function escapedPath(path: string): string {
  return path.split("/").map(encodeURIComponent).join("/");
}
