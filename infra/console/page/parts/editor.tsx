/** A field for JSON. Tab leaves it, as it leaves any field. */
export function Editor(props: {
  readonly id: string;
  readonly label: string;
  readonly text: string;
  readonly problemsId: string;
  readonly isWrong: boolean;
  readonly onText: (text: string) => void;
}) {
  const rows = Math.min(28, Math.max(10, props.text.split("\n").length + 1));
  return (
    <div class="field">
      <label for={props.id}>{props.label}</label>
      <textarea
        id={props.id}
        class="editor"
        rows={rows}
        spellcheck={false}
        autocomplete="off"
        autocapitalize="off"
        aria-describedby={props.problemsId}
        aria-invalid={props.isWrong}
        value={props.text}
        onInput={({ currentTarget }) => props.onText(currentTarget.value)}
      />
    </div>
  );
}
