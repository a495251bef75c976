import { once } from "node:events";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

/** An outcome that a destination has accepted. */
export interface Accepted {
  /** The event bus, topic, task token, or path of an object. */
  readonly to: string;
  readonly json: string;
  /** What came beside the outcome: the event's detail-type, or the task's error name. */
  readonly said?: string | undefined;
}

/**
 * What happens to a call: it is answered with an error of the service, its connection is lost before or after its
 * effect, or entries of it are refused with an error code.
 */
export type Mishap =
  | { readonly kind: "error"; readonly status: number; readonly code: string }
  | { readonly kind: "lost"; readonly applied: boolean }
  | { readonly kind: "entries"; readonly code: (place: number) => string | undefined };

/** EventBridge, SNS, Step Functions and S3, the actions that deliver, on loopback. */
export interface AwsDestinations extends AsyncDisposable {
  readonly url: string;
  readonly accepted: Accepted[];
  /** The sizes of the calls so far, in entries, by action. */
  readonly calls: { readonly action: string; readonly entries: number }[];
  /** Called for each call. `@default` none has a mishap */
  mishap: (action: string) => Mishap | undefined;
  /** Settings with which any AWS SDK client reaches it. */
  readonly client: {
    readonly endpoint: string;
    readonly region: string;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  };
}

interface Call {
  readonly action: string;
  readonly entries: readonly Accepted[];
  /** @param codes the error code of each refused entry */
  readonly answer: (codes: readonly (string | undefined)[]) => string;
  readonly type: string;
}

/**
 * Starts the services. They speak AWS JSON 1.0 and 1.1 (EventBridge, Step Functions), AWS Query (SNS) and REST with
 * buckets in the path (S3).
 */
export async function startAwsDestinations(): Promise<AwsDestinations> {
  const server = http.createServer(async (request, response) => {
    const call = readCall(request, await text(request));
    services.calls.push({ action: call.action, entries: call.entries.length });
    const mishap = services.mishap(call.action);
    const codes = call.entries.map((_, place) =>
      mishap?.kind === "entries" ? mishap.code(place) : undefined,
    );
    if (mishap?.kind === "error") {
      response.writeHead(mishap.status, { "content-type": call.type });
      response.end(errorBody(call.type, mishap.code));
      return;
    }
    if (mishap?.kind !== "lost" || mishap.applied) {
      services.accepted.push(...call.entries.filter((_, place) => codes[place] === undefined));
    }
    if (mishap?.kind === "lost") {
      request.socket.destroy();
      return;
    }
    response.writeHead(200, { "content-type": call.type });
    response.end(call.answer(codes));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const services: AwsDestinations = {
    url,
    accepted: [],
    calls: [],
    mishap: () => undefined,
    client: {
      endpoint: url,
      region: "us-east-1",
      credentials: { accessKeyId: "local", secretAccessKey: "local" },
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
  return services;
}

function readCall({ method, url = "", headers }: http.IncomingMessage, body: string): Call {
  if (method === "PUT") return putObject(url, body);
  const target = headers["x-amz-target"];
  if (target === "AWSEvents.PutEvents") return putEvents(body);
  if (typeof target === "string" && target.startsWith("AWSStepFunctions.")) {
    return sendTask(target.slice("AWSStepFunctions.".length), body);
  }
  return publishBatch(new URLSearchParams(body));
}

function putEvents(body: string): Call {
  const entries: Record<string, string>[] = JSON.parse(body).Entries;
  return {
    action: "PutEvents",
    type: "application/x-amz-json-1.1",
    entries: entries.map(({ EventBusName = "", Detail = "", DetailType, Source }) => ({
      to: EventBusName,
      json: Detail,
      said: `${Source}: ${DetailType}`,
    })),
    answer: (codes) =>
      JSON.stringify({
        FailedEntryCount: codes.filter((code) => code !== undefined).length,
        Entries: codes.map((code, place) =>
          code === undefined
            ? { EventId: `event-${place}` }
            : { ErrorCode: code, ErrorMessage: "refused by the test" },
        ),
      }),
  };
}

function sendTask(action: string, body: string): Call {
  const { taskToken, output, error, cause } = JSON.parse(body);
  return {
    action,
    type: "application/x-amz-json-1.0",
    entries: [{ to: taskToken, json: output ?? cause, said: error }],
    answer: () => "{}",
  };
}

function publishBatch(form: URLSearchParams): Call {
  const field = (place: number, name: string) =>
    form.get(`PublishBatchRequestEntries.member.${place}.${name}`) ?? "";
  const places: number[] = [];
  while (form.has(`PublishBatchRequestEntries.member.${places.length + 1}.Id`)) {
    places.push(places.length + 1);
  }
  const attribute = (place: number, index: number) =>
    [`MessageAttributes.entry.${index}.Name`, `MessageAttributes.entry.${index}.Value.StringValue`]
      .map((name) => field(place, name))
      .join("=");
  return {
    action: "PublishBatch",
    type: "text/xml",
    entries: places.map((place) => ({
      to: form.get("TopicArn") ?? "",
      json: field(place, "Message"),
      said: `${attribute(place, 1)} ${attribute(place, 2)}`,
    })),
    answer: (codes) => {
      const successful = codes.map((code, index) =>
        code === undefined
          ? `<member><Id>${field(index + 1, "Id")}</Id><MessageId>m</MessageId></member>`
          : "",
      );
      const failed = codes.map((code, index) =>
        code === undefined
          ? ""
          : `<member><Id>${field(index + 1, "Id")}</Id><Code>${code}</Code><SenderFault>true</SenderFault><Message>refused by the test</Message></member>`,
      );
      const lists = `<Successful>${successful.join("")}</Successful><Failed>${failed.join("")}</Failed>`;
      return `<PublishBatchResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishBatchResult>${lists}</PublishBatchResult></PublishBatchResponse>`;
    },
  };
}

/** An object of a bucket: `to` is its path. */
function putObject(url: string, body: string): Call {
  return {
    action: "PutObject",
    type: "application/xml",
    entries: [{ to: decodeURIComponent(url.split("?")[0] ?? ""), json: body }],
    answer: () => "",
  };
}

function errorBody(type: string, code: string): string {
  if (type === "application/xml") {
    return `<Error><Code>${code}</Code><Message>refused by the test</Message></Error>`;
  }
  return type === "text/xml"
    ? `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>refused by the test</Message></Error></ErrorResponse>`
    : JSON.stringify({ __type: code, message: "refused by the test" });
}
