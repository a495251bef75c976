import { errorWords } from "../api/call.ts";
import { useConsole } from "../hooks/use-console.ts";

/** Copies a text, which is read only when the button is pressed. */
export function CopyButton(props: {
  readonly words: string;
  readonly said: string;
  readonly read: () => Promise<string>;
}) {
  const { say } = useConsole();
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(await props.read());
      say(props.said);
    } catch (error) {
      say(`Not copied: ${errorWords(error)}`);
    }
  };
  return (
    <button type="button" class="button" onClick={copy}>
      {props.words}
    </button>
  );
}
