import { request } from "node:http";

export interface RawResponse {
  readonly status: number;
  readonly queryError: string;
  readonly body: { readonly __type?: string; readonly message?: string };
}

/** A request that an SDK would not make. */
export function rawRequest(
  endpoint: string,
  options: {
    readonly action?: string;
    readonly body?: string | Buffer;
    readonly method?: string;
  },
): Promise<RawResponse> {
  const { action, body = "", method = "POST" } = options;
  const headers = {
    "content-type": "application/x-amz-json-1.0",
    ...(action !== undefined && { "x-amz-target": `AmazonSQS.${action}` }),
  };
  return new Promise((resolve, reject) => {
    const sent = request(endpoint, { method, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () =>
        resolve({
          status: response.statusCode ?? 0,
          queryError: String(response.headers["x-amzn-query-error"]),
          body: JSON.parse(Buffer.concat(chunks).toString()),
        }),
      );
    });
    sent.on("error", reject);
    sent.end(body);
  });
}
