import type { DynamoDBClientResolvedConfig } from "@aws-sdk/client-dynamodb";
import type { SQSClientResolvedConfig } from "@aws-sdk/client-sqs";
import { ServiceException } from "@smithy/core/client";
import { getEndpointFromInstructions } from "@smithy/core/endpoints";
import { HttpRequest, type HttpResponse } from "@smithy/core/protocols";
import { isJsonObject, type JsonObject } from "../json/json.ts";
import { createCallSigner, type SignCall } from "./sign-call.ts";

/** The configuration of a client whose service speaks AWS's JSON protocol, version 1.0. */
export type CallConfig = DynamoDBClientResolvedConfig | SQSClientResolvedConfig;

/** The options of a client's `send` that count for a direct call. */
export type CallOptions = { readonly abortSignal?: AbortSignal | undefined } | undefined;

/** One operation of a service. */
export interface Operation {
  /** The service's name in signatures. */
  readonly service: "dynamodb" | "sqs";
  /** The value of the header `x-amz-target`. */
  readonly target: string;
  /** The SDK's command, which knows how the service's endpoint is found. */
  readonly command: Parameters<typeof getEndpointFromInstructions>[1];
}

/** One call of an operation. */
export interface DirectCall {
  /** The input in the service's JSON. */
  readonly body: string;
  /** Where the call goes. `@default` the client's endpoint */
  readonly url?: URL | undefined;
  /** What the error of a refused call has besides the usual, from the answer. `@default` nothing */
  readonly refusalDetails?: (answer: JsonObject) => object;
}

/**
 * Makes one call of an AWS operation in one function. The SDK's command calls thirty middlewares and walks over schemas,
 * which takes three times the CPU. Region, credentials and connections are those of the client; middlewares that were
 * added to it are not called.
 *
 * @returns the answer, of status 200
 * @throws {ServiceException} when the service refuses
 * @throws {TypeError} when a proxy answers in its place; and what the client's connections throw
 */
export async function callDirectly(
  operation: Operation,
  config: CallConfig,
  { body, url: ownUrl, refusalDetails = () => ({}) }: DirectCall,
  options: CallOptions,
) {
  const { url: clientUrl, sign } = await placeOf(operation, config);
  const url = ownUrl ?? clientUrl;
  const path = url.pathname.replace(/\/?$/, "/");
  const headers = {
    host: url.host,
    "content-type": "application/x-amz-json-1.0",
    "content-length": String(Buffer.byteLength(body)),
    "x-amz-target": operation.target,
  };
  const clockOffset = config.systemClockOffset;
  const time = Date.now() + clockOffset;
  const request = new HttpRequest({
    method: "POST",
    protocol: url.protocol,
    hostname: url.hostname,
    ...(url.port !== "" && { port: Number(url.port) }),
    path,
    headers: sign({ path, headers, body }, await config.credentials(), time),
    body,
  });
  const { response } = await config.requestHandler.handle(request, options);
  const { statusCode } = response;
  const said = objectIn(textOf(await config.streamCollector(response.body)));
  if (statusCode === 200) {
    if (said === undefined) throw new TypeError("the answer of status 200 is no JSON object");
    return { response, answer: said, $metadata: { httpStatusCode: statusCode } };
  }
  const answer = said ?? {};
  const clockSkewCorrected = correctClock(config, clockOffset, response);
  const refusal = refusalOf(response, answer, { httpStatusCode: statusCode, clockSkewCorrected });
  throw Object.assign(refusal, refusalDetails(answer));
}

/** The context of a command's own middlewares: the SDK's retries then end when the call's signal aborts. */
export function contextOf(options: CallOptions) {
  const abortSignal = options?.abortSignal;
  return abortSignal === undefined ? {} : { __smithy_context: { abortSignal } };
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString();
}

/** `undefined` for what is no JSON object, as a proxy may answer. */
function objectIn(text: string): JsonObject | undefined {
  try {
    const answer: unknown = JSON.parse(text);
    return isJsonObject(answer) ? answer : undefined;
  } catch {
    return undefined;
  }
}

/** The SDK's retries read from `$response` how long to wait. It is hidden, so that no log shows the answer. */
function refusalOf(
  response: HttpResponse,
  { __type, message, Message }: JsonObject,
  $metadata: { readonly httpStatusCode: number; readonly clockSkewCorrected: boolean },
): ServiceException {
  const type = String(__type ?? response.headers["x-amzn-errortype"] ?? "UnknownError");
  const refusal = new ServiceException({
    name: type.replace(/[,:].*/s, "").replace(/.*#/s, ""),
    message: String(message ?? Message ?? "UnknownError"),
    $fault: response.statusCode < 500 ? "client" : "server",
    $metadata,
  });
  return Object.defineProperty(refusal, "$response", { value: response, enumerable: false });
}

/** AWS refuses a signature that is five minutes old, or from the future. */
const LARGEST_SKEW_MS = 240_000;

/**
 * The SDK's clients correct their clocks in the same way, and their retries try again what was signed with a wrong one.
 *
 * @param clockOffset what the call was signed with: another call may have corrected the clock meanwhile
 * @returns whether the clock was wrong
 */
function correctClock(config: CallConfig, clockOffset: number, { headers }: HttpResponse): boolean {
  const offset = Date.parse(headers.date ?? "") - Date.now();
  const wasWrong = Math.abs(offset - clockOffset) > LARGEST_SKEW_MS;
  if (wasWrong) config.systemClockOffset = offset;
  return wasWrong;
}

/** Where a client's calls go. */
interface Place {
  readonly url: URL;
  readonly sign: SignCall;
}

const places = new WeakMap<CallConfig, Promise<Place>>();

/** Found once per client: neither changes. A failure is not kept, because the next call may find it. */
async function placeOf(operation: Operation, config: CallConfig): Promise<Place> {
  const place = places.get(config) ?? findPlace(operation, config);
  places.set(config, place);
  try {
    return await place;
  } catch (error) {
    places.delete(config);
    throw error;
  }
}

async function findPlace({ service, command }: Operation, config: CallConfig): Promise<Place> {
  // A copy, as in the SDK: it gets the endpoint of a profile, and queues are called at their own hosts all the same.
  const { url } = await getEndpointFromInstructions({}, command, { ...config });
  return { url, sign: createCallSigner(service, await config.region()) };
}
