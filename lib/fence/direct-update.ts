import {
  type DynamoDBClientResolvedConfig,
  DynamoDBServiceException,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from "@aws-sdk/client-dynamodb";
import { getEndpointFromInstructions } from "@smithy/core/endpoints";
import { HttpRequest } from "@smithy/core/protocols";
import { getRetryPlugin } from "@smithy/core/retry";
import { isJsonObject, type JsonObject } from "../json/json.ts";
import { itemIn, updateJson } from "./attribute-values.ts";
import { createCallSigner, type SignCall } from "./sign-call.ts";

type Config = DynamoDBClientResolvedConfig;
type CallOptions = Parameters<Config["requestHandler"]["handle"]>[1];
type Resolve = UpdateItemCommand["resolveMiddleware"];

/**
 * The SDK's UpdateItem in one function: the SDK itself calls thirty middlewares and walks over schemas, which takes
 * three times the CPU, and the fence makes such a call for each record. Region, credentials, endpoint, retries and
 * connections are those of the client; middlewares that were added to it are not called.
 */
export class DirectUpdateItemCommand extends UpdateItemCommand {
  override resolveMiddleware(
    _clientStack: Parameters<Resolve>[0],
    config: Config,
    options?: CallOptions,
  ): ReturnType<Resolve> {
    this.middlewareStack.use(getRetryPlugin(config));
    return this.middlewareStack.resolve(({ input }) => update(input, config, options), {});
  }
}

/** @throws {DynamoDBServiceException} when DynamoDB refuses; and what the client's connections throw */
async function update(input: UpdateItemCommandInput, config: Config, options: CallOptions) {
  const { url, path, sign } = await placeOf(config);
  const body = updateJson(input);
  const headers = {
    host: url.host,
    "content-type": "application/x-amz-json-1.0",
    "content-length": String(Buffer.byteLength(body)),
    "x-amz-target": "DynamoDB_20120810.UpdateItem",
  };
  const time = Date.now() + config.systemClockOffset;
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
  const answer = answerIn(await config.streamCollector(response.body));
  if (statusCode !== 200) {
    correctClock(config, Date.parse(response.headers.date ?? ""));
    throw refusalOf(statusCode, answer);
  }
  const { Attributes } = answer;
  const $metadata = { httpStatusCode: statusCode };
  return {
    response,
    output: { $metadata, ...(Attributes !== undefined && { Attributes: itemIn(Attributes) }) },
  };
}

/** `{}` for what is no JSON object, as a proxy may answer. */
function answerIn(bytes: Uint8Array): JsonObject {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString();
  try {
    const answer: unknown = JSON.parse(text);
    return isJsonObject(answer) ? answer : {};
  } catch {
    return {};
  }
}

function refusalOf(
  httpStatusCode: number,
  { __type, message, Message, Item }: JsonObject,
): DynamoDBServiceException {
  const name = String(__type ?? "UnknownError");
  const error = new DynamoDBServiceException({
    name: name.slice(name.lastIndexOf("#") + 1),
    message: String(message ?? Message ?? "UnknownError"),
    $fault: httpStatusCode < 500 ? "client" : "server",
    $metadata: { httpStatusCode },
  });
  return Item === undefined ? error : Object.assign(error, { Item: itemIn(Item) });
}

/** AWS refuses a signature that is five minutes old, or from the future. */
const LARGEST_SKEW_MS = 240_000;

/** The SDK's clients correct their clocks in the same way, and their retries try again what was signed too early. */
function correctClock(config: Config, serverTime: number): void {
  const offset = serverTime - Date.now();
  if (Math.abs(offset - config.systemClockOffset) > LARGEST_SKEW_MS)
    config.systemClockOffset = offset;
}

/** Where a client's calls go. */
interface Place {
  readonly url: URL;
  readonly path: string;
  readonly sign: SignCall;
}

const places = new WeakMap<Config, Promise<Place>>();

/** Found once per client: neither changes. A failure is not kept, because credentials may come later. */
async function placeOf(config: Config): Promise<Place> {
  const place = places.get(config) ?? findPlace(config);
  places.set(config, place);
  try {
    return await place;
  } catch (error) {
    places.delete(config);
    throw error;
  }
}

async function findPlace(config: Config): Promise<Place> {
  const { url } = await getEndpointFromInstructions({}, UpdateItemCommand, config);
  const path = url.pathname.replace(/\/?$/, "/");
  return { url, path, sign: createCallSigner("dynamodb", await config.region()) };
}
