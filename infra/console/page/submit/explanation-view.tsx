import { useEffect, useRef } from "preact/hooks";
import type { Explanation, ExpressionPart } from "../api/schemas.ts";
import { Icon } from "../parts/icon.tsx";
import { JsonBlock } from "../parts/json-block.tsx";
import { SafeLink } from "../parts/safe-link.tsx";

const LOOKS: Readonly<Record<string, string>> = {
  success: "good",
  failure: "bad",
  pending: "waiting",
};

/** What one answer means, and why: which expression gave which value. */
export function ExplanationView({ explanation }: { readonly explanation: Explanation }) {
  const { verdict, because, comesNext, answer, request, evaluated = [], odd = [] } = explanation;
  const look = LOOKS[verdict] ?? "late";
  const whole = useRef<HTMLElement>(null);
  useEffect(() => {
    whole.current?.scrollIntoView({ block: "nearest" });
  }, [explanation]);
  return (
    <section ref={whole} class="explanation" aria-labelledby="explanation">
      <h2 id="explanation">What the poller would do</h2>
      <p class="verdict" role="status">
        <span class={`badge look-${look}`}>
          <Icon look={look} />
          {verdict}
        </span>{" "}
        {because}
      </p>
      {comesNext !== undefined && <p>Then: {comesNext}</p>}
      {odd.map((words) => (
        <p key={words} class="odd look-odd">
          <Icon look="odd" /> {words}
        </p>
      ))}
      {evaluated.length > 0 && (
        <>
          <h3>Expressions</h3>
          <ul class="expressions">
            {evaluated.map((expression) => (
              <li key={expression.field}>
                <p>
                  <code class="field-name">{expression.field}</code>{" "}
                  <span class="quiet">{matchWords(expression)}</span>
                </p>
                <Part part={expression} />
              </li>
            ))}
          </ul>
        </>
      )}
      {answer !== undefined && (
        <>
          <h3>Answer</h3>
          <p>
            {answer.status === undefined ? "none" : `HTTP ${answer.status}`}
            {answer.contentType !== undefined && `, ${answer.contentType}`}
            {answer.error !== undefined && `: ${answer.error}`}
            {request !== undefined && (
              <>
                {" "}
                <span class="quiet">from {request.method}</span>{" "}
                <SafeLink url={answer.redirectedTo ?? request.url} />
              </>
            )}
          </p>
          {answer.body !== undefined && <JsonBlock label="Answer" text={answer.body} />}
        </>
      )}
    </section>
  );
}

/** When the expressions are asked that an answer needs only sometimes. */
const ASKED_WHEN: Readonly<Record<string, string>> = {
  "until.fetch": "once it has succeeded",
  "until.result": "once it has succeeded",
  "until.error": "once it has failed",
};

function matchWords({ field, matches, isAsked }: NonNullable<Explanation["evaluated"]>[number]) {
  if (isAsked === false) return `not asked: ${ASKED_WHEN[field] ?? "an earlier one decided"}`;
  if (matches === undefined) return "";
  return matches ? "matches" : "does not match";
}

function Part({ part }: { readonly part: ExpressionPart }) {
  const { expression, value, error, note, parts = [] } = part;
  return (
    <div class="part">
      <p>
        <code>{expression}</code> <span aria-hidden="true">→</span>
        <span class="unseen">gives</span>{" "}
        {error === undefined ? (
          <code class="value">{typeof value === "string" ? value : JSON.stringify(value)}</code>
        ) : (
          <span class="look-bad">{error}</span>
        )}
      </p>
      {note !== undefined && <p class="odd look-odd">{note}</p>}
      {parts.map((one) => (
        <Part key={one.expression} part={one} />
      ))}
    </div>
  );
}
