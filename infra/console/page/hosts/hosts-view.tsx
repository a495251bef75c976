import { useCallback } from "preact/hooks";
import { call } from "../api/call.ts";
import type { ConsoleEvent } from "../api/events.ts";
import { depthsSchema, hostsSchema } from "../api/schemas.ts";
import { useConsole, useEvents } from "../hooks/use-console.ts";
import { useResource } from "../hooks/use-resource.ts";
import { comparedHosts } from "./compared-hosts.ts";
import { DepthPlots } from "./depth-plots.tsx";
import { HostCard } from "./host-card.tsx";
import { hostAxes } from "./host-plots.ts";
import { HostTable } from "./host-table.tsx";

const EVERY_MS = 10_000;
/** Beyond these, the table says it all. */
const MOST_CARDS = 60;

/** How full the queues are, and how each host answers. */
export function HostsView() {
  const { epoch } = useConsole();
  const depths = useResource((signal) => call(depthsSchema, "/api/depths", { signal }), [epoch]);
  const hosts = useResource(
    (signal) => call(hostsSchema, "/api/hosts", { signal }),
    [epoch],
    EVERY_MS,
  );
  const { reload } = depths;
  const take = useCallback(
    (event: ConsoleEvent) => {
      if (event.kind === "depths") reload();
    },
    [reload],
  );
  useEvents(take);
  const compared = comparedHosts(hosts.data ?? []);
  const all = compared.map(({ host }) => host);
  const axes = hostAxes(all);
  return (
    <>
      <h1 class="unseen">Hosts and queues</h1>
      <section class="panel" aria-labelledby="queues">
        <h2 id="queues">Queues over the last hour</h2>
        {depths.error !== undefined && <p class="error">{depths.error}</p>}
        <DepthPlots samples={depths.data?.history ?? []} />
      </section>
      <section class="panel" aria-labelledby="hosts">
        <h2 id="hosts">Hosts</h2>
        <p class="quiet">
          All plots have the same axes: a host that differs from the others stands out. The line is
          the median.
        </p>
        {hosts.error !== undefined && <p class="error">{hosts.error}</p>}
        {hosts.data === undefined && hosts.error === undefined && (
          <p class="quiet empty">Reading the polls…</p>
        )}
        {hosts.data?.length === 0 && <p class="quiet empty">No host is known yet.</p>}
        <ul class="hosts">
          {compared.slice(0, MOST_CARDS).map((one) => (
            <HostCard key={one.host.host} compared={one} axes={axes} />
          ))}
        </ul>
        {all.length > 0 && <HostTable hosts={all} />}
      </section>
    </>
  );
}
