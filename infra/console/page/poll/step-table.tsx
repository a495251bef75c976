import type { PollStep } from "../api/schemas.ts";
import { Icon } from "../parts/icon.tsx";
import { clockWords, durationWords } from "../words/durations.ts";
import { answerLook, answerWords, kindWords, tookWords } from "../words/steps.ts";

/** A poll's history in words, the latest first. */
export function StepTable(props: { readonly steps: readonly PollStep[]; readonly now: number }) {
  const { steps, now } = props;
  return (
    <table class="steps">
      <caption class="unseen">The last steps of this poll, the latest first</caption>
      <thead>
        <tr>
          <th scope="col">Time (UTC)</th>
          <th scope="col">Step</th>
          <th scope="col">Answer</th>
          <th scope="col" class="is-number">
            Took
          </th>
          <th scope="col">Then waits</th>
        </tr>
      </thead>
      <tbody>
        {steps.toReversed().map((step, index) => (
          <tr key={index}>
            <td>
              <time dateTime={step.at}>{clockWords(step.at, now)}</time>
            </td>
            <td>{kindWords(step.kind)}</td>
            <td>
              {answerWords(step) !== "" && (
                <span class={`answer look-${answerLook(step)}`}>
                  <Icon look={answerLook(step)} />
                  {answerWords(step)}
                </span>
              )}
            </td>
            <td class="is-number">{tookWords(step)}</td>
            <td>
              {step.waitSeconds === undefined ? "" : durationWords(step.waitSeconds)}
              {step.waitSeconds !== undefined && step.reason !== undefined && ": "}
              {step.reason}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
