import {
  type DynamoDBClientResolvedConfig,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from "@aws-sdk/client-dynamodb";
import { getRetryPlugin } from "@smithy/core/retry";
import { type CallOptions, callDirectly, contextOf, type Operation } from "../aws/direct-call.ts";
import type { JsonObject } from "../json/json.ts";
import { itemIn, updateJson } from "./attribute-values.ts";

type Config = DynamoDBClientResolvedConfig;
type Resolve = UpdateItemCommand["resolveMiddleware"];

const UPDATE_ITEM: Operation = {
  service: "dynamodb",
  target: "DynamoDB_20120810.UpdateItem",
  command: UpdateItemCommand,
};

/** The SDK's UpdateItem as a direct call, because the fence makes such a call for each record. */
export class DirectUpdateItemCommand extends UpdateItemCommand {
  override resolveMiddleware(
    _clientStack: Parameters<Resolve>[0],
    config: Config,
    options?: CallOptions,
  ): ReturnType<Resolve> {
    this.middlewareStack.use(getRetryPlugin(config));
    const update: ReturnType<Resolve> = ({ input }) => updateItem(input, config, options);
    return this.middlewareStack.resolve(update, contextOf(options));
  }
}

async function updateItem(input: UpdateItemCommandInput, config: Config, options: CallOptions) {
  const call = {
    body: updateJson(input),
    refusalDetails: ({ Item }: JsonObject) => (Item === undefined ? {} : { Item: itemIn(Item) }),
  };
  const { response, answer, $metadata } = await callDirectly(UPDATE_ITEM, config, call, options);
  const { Attributes } = answer;
  const output = { $metadata, ...(Attributes !== undefined && { Attributes: itemIn(Attributes) }) };
  return { response, output };
}
