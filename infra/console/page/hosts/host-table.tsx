import type { HostFigures } from "../api/schemas.ts";
import { durationWords, latencyWords } from "../words/durations.ts";
import { median } from "../words/stand-out.ts";
import { hostOf } from "../words/waiting.ts";
import { statusShares, successRate } from "./host-plots.ts";

/** The hosts in words and numbers, for who cannot see plots. */
export function HostTable({ hosts }: { readonly hosts: readonly HostFigures[] }) {
  return (
    <details class="as-table">
      <summary>The same as a table</summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard. */}
      <div class="scroll" tabIndex={0} role="region" aria-label="Hosts as a table">
        <table>
          <thead>
            <tr>
              <th scope="col">Host</th>
              <th scope="col" class="is-number">
                Polls
              </th>
              <th scope="col" class="is-number">
                Succeeded
              </th>
              <th scope="col">Answers</th>
              <th scope="col" class="is-number">
                Median latency
              </th>
              <th scope="col" class="is-number">
                Median time to outcome
              </th>
            </tr>
          </thead>
          <tbody>
            {hosts.map((host) => (
              <tr key={host.host}>
                <th scope="row">{hostOf(host.host)}</th>
                <td class="is-number">{host.polls.toLocaleString("en-US")}</td>
                <td class="is-number">{rateWords(host)}</td>
                <td>
                  {statusShares(host.statuses)
                    .map(({ status, count }) => `${status}: ${count}`)
                    .join(", ")}
                </td>
                <td class="is-number">{medianWords(host.latencies, latencyWords)}</td>
                <td class="is-number">{medianWords(host.outcomeSeconds, durationWords)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}

function rateWords(host: HostFigures): string {
  const rate = successRate(host);
  return rate === undefined ? "" : `${Math.round(rate * 1000) / 10} %`;
}

function medianWords(values: readonly number[], words: (value: number) => string): string {
  return values.length === 0 ? "" : words(median(values));
}
