import { consoleNow } from "../api/console-clock.ts";
import type { DepthSample } from "../api/schemas.ts";
import { durationWords } from "../words/durations.ts";
import { depthPlots, shownSeconds } from "./depth-lines.ts";

const WIDTH = 200;
const HEIGHT = 56;

/** One small plot per queue, all over the same time. */
export function DepthPlots({ samples }: { readonly samples: readonly DepthSample[] }) {
  const now = Date.parse(samples.at(-1)?.at ?? "") || consoleNow();
  return (
    <ul class="depths">
      {depthPlots(samples, now).map(({ name, meaning, latest, highest, lines }) => (
        <li key={name} title={meaning}>
          <h3>{name}</h3>
          <p class="depth-number">{latest.toLocaleString("en-US")}</p>
          <svg
            class="plot"
            viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
            preserveAspectRatio="none"
            role="img"
            aria-label={`${name}: now ${latest}, at most ${highest}`}
          >
            {lines.map((line) => {
              const points = line.map(({ x, y }) => `${x * WIDTH} ${(1 - y) * (HEIGHT - 4) + 2}`);
              const [first, last] = [line[0], line.at(-1)];
              if (first === undefined || last === undefined) return null;
              return (
                <g key={first.x}>
                  <path
                    class="area"
                    d={`M${first.x * WIDTH} ${HEIGHT}L${points.join("L")}L${last.x * WIDTH} ${HEIGHT}Z`}
                  />
                  <path class="line" d={`M${points.join("L")}`} />
                </g>
              );
            })}
          </svg>
          <p class="depth-axis">
            <span>{durationWords(roundedAge(shownSeconds(samples, now)))} ago</span>
            <span>at most {highest.toLocaleString("en-US")}</span>
          </p>
        </li>
      ))}
    </ul>
  );
}

/** To whole minutes once there are some: two units have no room below a plot. */
function roundedAge(seconds: number): number {
  return seconds < 60 ? seconds : Math.round(seconds / 60) * 60;
}
