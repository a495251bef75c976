import { once } from "node:events";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { Webhook } from "standardwebhooks";

/** A request that the receiver of webhooks got. */
export interface ReceivedWebhook {
  readonly method: string;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
  /** For each key of the receiver, whether the standard library accepts the signature. */
  readonly isSigned: readonly boolean[];
}

/** A receiver of webhooks on loopback, which verifies with the library of Standard Webhooks. */
export interface WebhookReceiver extends AsyncDisposable {
  readonly url: string;
  readonly received: ReceivedWebhook[];
  /** Answers the nth request, counted from 1. `@default` 204 */
  answer: (nth: number) => { readonly status: number; readonly headers?: http.OutgoingHttpHeaders };
}

/** @param keys the receiver's keys, `whsec_...` */
export async function startWebhookReceiver(keys: readonly string[]): Promise<WebhookReceiver> {
  const server = http.createServer(async (request, response) => {
    const body = await text(request);
    const { method = "", headers } = request;
    const isSigned = keys.map((key) => isVerified(new Webhook(key), body, headers));
    receiver.received.push({ method, headers, body, isSigned });
    const { status, headers: more } = receiver.answer(receiver.received.length);
    response.writeHead(status, more);
    response.end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const receiver: WebhookReceiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received: [],
    answer: () => ({ status: 204 }),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
  return receiver;
}

function isVerified(webhook: Webhook, body: string, headers: http.IncomingHttpHeaders): boolean {
  const names = ["webhook-id", "webhook-timestamp", "webhook-signature"];
  try {
    webhook.verify(body, Object.fromEntries(names.map((name) => [name, String(headers[name])])));
    return true;
  } catch {
    return false;
  }
}
