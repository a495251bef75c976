import { PublishBatchCommand, SNSClient } from "@aws-sdk/client-sns";
import { AWS_CALL_LIMITS } from "../limits.ts";

// All uses of SNS's SDK are in this file, which is loaded with the first outcome for a topic.
export { PublishBatchCommand };

/**
 * Makes a client with the SDK's standard settings, `AWS_ENDPOINT_URL_SNS` included.
 *
 * @param region the topic's: SNS answers only for topics of the region that is asked
 */
export function createSnsClient(region: string): SNSClient {
  return new SNSClient({ ...AWS_CALL_LIMITS, region });
}
