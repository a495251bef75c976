import type { Stack } from "../api/schemas.ts";
import {
  FORM_FIELDS,
  fieldValue,
  isMessage,
  presetOf,
  withField,
  withPreset,
} from "./message-fields.ts";

/** The fields that most messages need, as a form over the message's text. */
export function MessageForm(props: {
  readonly text: string;
  readonly onText: (text: string) => void;
  readonly presets: Stack["presets"];
}) {
  const { text, onText, presets } = props;
  const canChange = isMessage(text);
  const preset = presetOf(text, presets);
  const chosen = presets.find(({ name }) => name === preset);
  return (
    <fieldset class="message-form" disabled={!canChange}>
      <legend class="unseen">Fields of the message</legend>
      {!canChange && <p class="error">The message is not JSON: mend it there.</p>}
      <Field text={text} onText={onText} name="request" />
      <div class="field">
        <label for="preset">How its API says that a job is done</label>
        <select
          id="preset"
          value={preset}
          aria-describedby="preset-about"
          onChange={({ currentTarget: { value } }) =>
            onText(withPreset(text, presets.find(({ name }) => name === value)?.until))
          }
        >
          <option value="">by status, or by expressions</option>
          {presets.map(({ name }) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
        <p id="preset-about" class="quiet">
          {chosen?.summary}
        </p>
      </div>
      {typeof chosen?.until !== "string" && <Field text={text} onText={onText} name="until" />}
      <Field text={text} onText={onText} name="" />
    </fieldset>
  );
}

/** The fields that begin with a name; empty: those outside of `request` and `until`. */
function Field(props: {
  readonly text: string;
  readonly onText: (text: string) => void;
  readonly name: string;
}) {
  const { text, onText, name } = props;
  const fields = FORM_FIELDS.filter(({ path }) =>
    name === "" ? path.length === 1 : path[0] === name,
  );
  return (
    <>
      {fields.map((field) => {
        const id = `field-${field.path.join("-")}`;
        const value = fieldValue(text, field.path);
        return (
          <div key={id} class="field">
            <label for={id}>{field.words}</label>
            <input
              id={id}
              class={field.isExpression ? "is-code" : ""}
              type="text"
              inputMode={field.isNumber ? "numeric" : "text"}
              autocomplete="off"
              spellcheck={false}
              placeholder={field.hint}
              disabled={value === undefined}
              value={value ?? ""}
              onInput={({ currentTarget }) => onText(withField(text, field, currentTarget.value))}
            />
          </div>
        );
      })}
    </>
  );
}
