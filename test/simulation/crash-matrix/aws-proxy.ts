import { once } from "node:events";
import http from "node:http";
import type { AtPoint, Mishap, Point } from "./points.ts";

/** A proxy of an AWS service, which can fail. */
export interface AwsProxy {
  readonly endpoint: string;
  close(): Promise<void>;
}

/** The points before and after the effect of a call. */
export interface CallPoints {
  readonly before?: Point;
  readonly after?: Point;
}

/** Starts a proxy. @param pointsOf returns the points of a call, from its action and its body */
export async function startAwsProxy(
  target: string,
  pointsOf: (action: string, body: string) => CallPoints,
  atPoint: AtPoint,
): Promise<AwsProxy> {
  const server = http.createServer(async (request, response) => {
    const body = await read(request);
    const points = pointsOf(String(request.headers["x-amz-target"]), body.toString());
    const pass = async (point: Point | undefined) =>
      point === undefined ? "none" : atPoint(point, body.toString());
    const first = await pass(points.before);
    if (first === "hang") return;
    if (first === "refused") return fail(response, request);
    // A local endpoint refuses a Host header with another name.
    const headers = { ...request.headers, host: new URL(target).host };
    const forwarded = http.request(target, { method: "POST", headers });
    forwarded.end(body);
    const [answer] = await once(forwarded, "response");
    const answerBody = await read(answer);
    const second: Mishap = first === "ambiguous" ? first : await pass(points.after);
    if (second === "hang") return;
    if (second !== "none") return fail(response, request);
    response.writeHead(answer.statusCode, answer.headers);
    response.end(answerBody);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port was bound");
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

/** Closes the connection without an answer: the client cannot know whether the call took effect. */
function fail(response: http.ServerResponse, request: http.IncomingMessage): void {
  response.destroy();
  request.destroy();
}

async function read(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}
