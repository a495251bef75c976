import { lambdaContext } from "../../kit/lambda-context.ts";
import { type SecretsServer, startSecretsServer } from "../../support/secrets-server.ts";
import { type PollerWorld, startPollerWorld } from "./poller-world.ts";

type Handler = Awaited<ReturnType<PollerWorld["load"]>>;

/** Queues, secrets and the built poller, which may use the secrets `polls/*`. */
export interface SecretsWorld extends AsyncDisposable {
  readonly world: PollerWorld;
  readonly aws: SecretsServer;
  /** Loads the poller as in a new sandbox. */
  load(environment?: Readonly<Record<string, string>>): Promise<Handler>;
  /** Polls messages in one batch, and returns the outcomes by their pollId. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into outcomes as a consumer reads them.
  outcomesOf(handler: Handler, ...messages: string[]): Promise<Map<string, any>>;
}

export async function startSecretsWorld(): Promise<SecretsWorld> {
  const world = await startPollerWorld({});
  const aws = await startSecretsServer();
  return {
    world,
    aws,
    load: (environment = {}) =>
      world.load({
        AWS_ENDPOINT_URL_SECRETS_MANAGER: aws.url,
        AWS_ENDPOINT_URL_SSM: aws.url,
        POLL_ALLOW_SECRETS: "secretsmanager:polls/*,ssm:/polls/*",
        LOG_LEVEL: "DEBUG",
        ...environment,
      }),
    async outcomesOf(handler, ...messages) {
      const response = await handler(await world.queues.event(...messages), lambdaContext());
      if (response.batchItemFailures.length > 0) throw new Error("a record has failed");
      const bodies = await world.bodies(world.queues.outcomeQueueUrl);
      return new Map(bodies.map((body) => JSON.parse(body)).map((of) => [of.pollId, of]));
    },
    async [Symbol.asyncDispose]() {
      await aws[Symbol.asyncDispose]();
      await world[Symbol.asyncDispose]();
    },
  };
}
