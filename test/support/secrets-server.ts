import { once } from "node:events";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

/** The read actions of Secrets Manager and Parameter Store, on loopback (AWS JSON protocol 1.1). */
export interface SecretsServer extends AsyncDisposable {
  readonly url: string;
  /** By `secretsmanager:NAME` or `ssm:/name`. */
  readonly secrets: Map<string, string>;
  /** The names of the secrets that were read, in order. */
  readonly reads: string[];
}

export async function startSecretsServer(): Promise<SecretsServer> {
  const secrets = new Map<string, string>();
  const reads: string[] = [];
  const server = http.createServer(async (request, response) => {
    const asked = JSON.parse(await text(request));
    if (request.headers["x-amz-target"] === "AmazonSSM.GetParameters") {
      reads.push(...asked.Names.map((name: string) => `ssm:${name}`));
      const found = (name: string) => secrets.get(`ssm:${name}`);
      response.setHeader("content-type", "application/x-amz-json-1.1");
      response.end(
        JSON.stringify({
          Parameters: asked.Names.flatMap((Name: string) => {
            const Value = found(Name);
            return Value === undefined ? [] : [{ Name, Value, Type: "String" }];
          }),
          InvalidParameters: asked.Names.filter((name: string) => found(name) === undefined),
        }),
      );
      return;
    }
    const isParameter = request.headers["x-amz-target"] === "AmazonSSM.GetParameter";
    const name = isParameter ? `ssm:${asked.Name}` : `secretsmanager:${asked.SecretId}`;
    reads.push(name);
    const value = secrets.get(name);
    response.setHeader("content-type", "application/x-amz-json-1.1");
    if (value === undefined) {
      response.writeHead(400);
      response.end(JSON.stringify({ __type: "ResourceNotFoundException", message: "not found" }));
    } else if (isParameter) {
      // Without decryption a SecureString is useless.
      const Value = asked.WithDecryption === true ? value : "encrypted";
      response.end(JSON.stringify({ Parameter: { Name: asked.Name, Value } }));
    } else response.end(JSON.stringify({ Name: asked.SecretId, SecretString: value }));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    secrets,
    reads,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
