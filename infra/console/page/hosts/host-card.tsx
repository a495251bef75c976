import type { HostFigures } from "../api/schemas.ts";
import { Icon } from "../parts/icon.tsx";
import { countOf, durationWords, latencyWords } from "../words/durations.ts";
import { median } from "../words/stand-out.ts";
import { hostOf } from "../words/waiting.ts";
import type { ComparedHost } from "./compared-hosts.ts";
import { histogram, type LogAxis, statusShares, successRate } from "./host-plots.ts";

const WIDTH = 280;
const HEIGHT = 44;

/** One host: what is odd about it, its answers, their latency, and the time until outcomes. */
export function HostCard(props: {
  readonly compared: ComparedHost;
  readonly axes: { readonly latency: LogAxis; readonly outcome: LogAxis };
}) {
  const { axes } = props;
  const { host, odd } = props.compared;
  const rate = successRate(host);
  return (
    <li class={odd.length > 0 ? "host is-odd" : "host"}>
      <h3 class="url">{hostOf(host.host)}</h3>
      <p class="quiet">
        {countOf(host.polls, "poll")}
        {rate !== undefined && `, ${Math.round(rate * 1000) / 10} % of the ended ones succeeded`}
      </p>
      {odd.map((words) => (
        <p key={words} class="odd look-odd">
          <Icon look="odd" /> {words}
        </p>
      ))}
      <StatusBar statuses={host.statuses} />
      <Plot name="Latency" values={host.latencies} axis={axes.latency} words={latencyWords} />
      <Plot
        name="Time to outcome"
        values={host.outcomeSeconds}
        axis={axes.outcome}
        words={durationWords}
      />
    </li>
  );
}

function StatusBar({ statuses }: { readonly statuses: HostFigures["statuses"] }) {
  const shares = statusShares(statuses);
  let x = 0;
  return (
    <div class="statuses">
      <svg
        class="status-bar"
        viewBox={`0 0 ${WIDTH} 10`}
        preserveAspectRatio="none"
        aria-hidden="true"
      >
        {shares.map(({ status, share, look }) => {
          const left = x;
          x += share * WIDTH;
          return (
            <rect
              key={status}
              class={`look-${look}`}
              x={left}
              y={0}
              width={Math.max(2, share * WIDTH - 1.5)}
              height={10}
            />
          );
        })}
      </svg>
      <p>
        {shares.length === 0 && <span class="quiet">no answer is known</span>}
        {shares.map(({ status, count, look }) => (
          <span key={status} class={`status look-${look}`}>
            <Icon look={look} />
            {status} <span class="quiet">{count.toLocaleString("en-US")}</span>
          </span>
        ))}
      </p>
    </div>
  );
}

function Plot(props: {
  readonly name: string;
  readonly values: readonly number[];
  readonly axis: LogAxis;
  readonly words: (value: number) => string;
}) {
  const { name, values, axis, words } = props;
  const { columns, medianX } = histogram(values, axis);
  const hasValues = values.length > 0;
  const middle = hasValues ? words(median(values)) : "none yet";
  return (
    <div class="host-plot">
      <p>
        {name}
        {hasValues ? ", median " : ": "}
        <strong>{middle}</strong>
      </p>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT + 16}`}
        role="img"
        aria-label={`${name}${hasValues ? ", median " : ": "}${middle}`}
      >
        {axis.ticks.map(({ x, label }) => (
          <g key={label} class="tick">
            <line x1={x * WIDTH} x2={x * WIDTH} y1={0} y2={HEIGHT} />
            <text
              x={x * WIDTH}
              y={HEIGHT + 13}
              text-anchor={x < 0.1 ? "start" : x > 0.9 ? "end" : "middle"}
            >
              {label}
            </text>
          </g>
        ))}
        <line class="base" x1={0} x2={WIDTH} y1={HEIGHT} y2={HEIGHT} />
        {columns.map(({ x, width, share }) => (
          <rect
            key={x}
            class="column"
            x={x * WIDTH + 0.5}
            y={HEIGHT - Math.max(2, share * (HEIGHT - 6))}
            width={width * WIDTH - 1}
            height={Math.max(2, share * (HEIGHT - 6))}
          />
        ))}
        {medianX !== undefined && (
          <line class="median" x1={medianX * WIDTH} x2={medianX * WIDTH} y1={0} y2={HEIGHT} />
        )}
      </svg>
    </div>
  );
}
