import { useRef } from "preact/hooks";
import type { Poll } from "../api/schemas.ts";
import { useWidth } from "../hooks/use-width.ts";
import { labelX, layoutTimeline, type Mark, type TimelineLayout } from "./timeline-layout.ts";

/** A poll's history as a picture. The table below it says the same in words. */
export function Timeline({ poll, now }: { readonly poll: Poll; readonly now: number }) {
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  const layout = layoutTimeline(poll, Math.max(260, width), now);
  const { height, lanes, bars, marks, ticks, nowX, next } = layout;
  const axisY = height - 22;
  return (
    <div ref={box} class="timeline">
      {width > 0 && (
        <svg
          width={width}
          height={height}
          viewBox={`0 0 ${layout.width} ${height}`}
          role="img"
          aria-label="Requests and waits of this poll over time; the table below says the same"
        >
          {ticks.map(({ x, label }) => (
            <g key={x} class="tick">
              <line x1={x} x2={x} y1={0} y2={axisY} />
              <text x={x} y={height - 6} text-anchor="middle">
                {label}
              </text>
            </g>
          ))}
          {lanes.map(({ name, y }) => (
            <g key={name} class="lane">
              <line x1={0} x2={layout.width} y1={y} y2={y} />
              <text x={2} y={y - 16}>
                {name}
              </text>
            </g>
          ))}
          {bars.map(({ x, y, width, look, title }, index) => (
            <rect key={index} class={`bar is-${look}`} x={x} y={y - 4} width={width} height={8}>
              <title>{title}</title>
            </rect>
          ))}
          {next !== undefined && <Next next={next} />}
          {nowX !== undefined && (
            <g class="now">
              <line x1={nowX} x2={nowX} y1={16} y2={axisY} />
              <text x={Math.min(nowX, layout.width - 14)} y={12} text-anchor="middle">
                now
              </text>
            </g>
          )}
          {marks.map((mark, index) => (
            <MarkShape key={index} mark={mark} pictureWidth={layout.width} />
          ))}
        </svg>
      )}
      <p class="legend" aria-hidden="true">
        <span>
          <svg class="mini" viewBox="0 0 18 12">
            <circle class="mark look-good" cx="9" cy="6" r="5" />
          </svg>
          request
        </span>
        <span>
          <svg class="mini" viewBox="0 0 18 12">
            <rect class="bar" y="2" width="18" height="8" />
          </svg>
          wait
        </span>
        <span>
          <svg class="mini" viewBox="0 0 18 12">
            <rect class="bar is-held" y="2" width="18" height="8" />
          </svg>
          held
        </span>
        {next !== undefined && (
          <span>
            <svg class="mini" viewBox="0 0 18 12">
              <circle class="next" cx="9" cy="6" r="4.5" />
            </svg>
            next request
          </span>
        )}
        <span>times in UTC</span>
      </p>
    </div>
  );
}

/** The next request; an arrow when it is beyond the edge. */
function Next({ next }: { readonly next: NonNullable<TimelineLayout["next"]> }) {
  const { x, y, away } = next;
  if (away === undefined) {
    return (
      <circle class="next" cx={x} cy={y} r={6}>
        <title>next request</title>
      </circle>
    );
  }
  return (
    <g>
      <path class="next" d={`M${x - 4} ${y - 6}l9 6l-9 6Z`} />
      <text class="next-text" x={x + 6} y={y + 21} text-anchor="end">
        {away}
      </text>
    </g>
  );
}

/** Start: a triangle; result: a square; delivery: a rhombus; all others: a circle. A bad answer has a cross in it. */
function MarkShape({ mark, pictureWidth }: { readonly mark: Mark; readonly pictureWidth: number }) {
  const { x, y, width, kind, look, label, title } = mark;
  return (
    <g class={`mark look-${look}`}>
      <title>{title}</title>
      {width > 2 && <rect class="latency" x={x} y={y - 4} width={width} height={8} />}
      {kind === "start" && <path d={`M${x - 6} ${y - 7}l13 7l-13 7Z`} />}
      {kind === "result" && <rect x={x - 6} y={y - 6} width={12} height={12} />}
      {kind === "delivery" && <path d={`M${x} ${y - 8}l8 8l-8 8l-8 -8Z`} />}
      {!["start", "result", "delivery"].includes(kind) && <circle cx={x} cy={y} r={6.5} />}
      {look === "bad" && <path class="cross" d={`M${x - 3} ${y - 3}l6 6m0-6l-6 6`} />}
      {look === "late" && <path class="cross" d={`M${x - 3.5} ${y}h7`} />}
      {label !== undefined && (
        <text x={labelX(mark, pictureWidth)} y={y + 21} text-anchor="middle">
          {label}
        </text>
      )}
    </g>
  );
}
