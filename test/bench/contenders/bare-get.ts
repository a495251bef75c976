import http from "node:http";
import type { SQSBatchResponse, SQSEvent } from "aws-lambda";

const agent = new http.Agent({ keepAlive: true });

/** The least that polling can cost: one GET per record on a kept connection, and no message to SQS. */
export async function handler({ Records }: SQSEvent): Promise<SQSBatchResponse> {
  await Promise.all(Records.map(({ body }) => get(JSON.parse(body).request.url)));
  return { batchItemFailures: [] };
}

function get(url: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = http.get(url, { agent }, (response) => response.resume().on("end", resolve));
    request.on("error", reject);
  });
}
