import type { Checked } from "../hooks/use-checked.ts";

/** What is wrong with a message, as it is typed. */
export function Problems({
  checked,
  id,
}: {
  readonly checked: Checked | undefined;
  readonly id: string;
}) {
  const problems = checked?.problems ?? [];
  return (
    <div id={id} class="problems" role="status">
      {checked === undefined && <p class="quiet">Checking…</p>}
      {checked !== undefined && problems.length === 0 && (
        <p class="look-good">The message is right: the poller would take it.</p>
      )}
      {problems.length > 0 && (
        <ul>
          {problems.map(({ path, message }) => (
            <li key={`${path} ${message}`}>
              {path !== "" && <code>{path}</code>} {message}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
