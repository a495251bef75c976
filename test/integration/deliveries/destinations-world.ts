import { startAwsDestinations } from "../../support/aws-destinations.ts";
import { startLocalTable } from "../../support/local-table.ts";
import { startPollerWorld } from "../poller/poller-world.ts";

export type DestinationsWorld = Awaited<ReturnType<typeof startDestinationsWorld>>;

/** A poller with its jobs, its table, and the services of AWS that outcomes go to. */
export async function startDestinationsWorld(jobs: Parameters<typeof startPollerWorld>[0]) {
  const services = await startAwsDestinations();
  const table = await startLocalTable();
  const world = await startPollerWorld(jobs);
  return {
    services,
    table,
    world,
    /** The services accept everything, and have accepted nothing yet. */
    forget() {
      services.mishap = () => undefined;
      services.accepted.length = 0;
    },
    async [Symbol.asyncDispose]() {
      await services[Symbol.asyncDispose]();
      await table.close();
      await world[Symbol.asyncDispose]();
    },
  };
}
