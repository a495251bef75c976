import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";

/** Says what will be done, and does it only then. Escape closes it. */
export function Confirm(props: {
  readonly title: string;
  readonly yes: string;
  readonly children: ComponentChildren;
  readonly onYes: () => void;
  readonly onClose: () => void;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    dialog.current?.showModal();
  }, []);
  return (
    <dialog ref={dialog} class="confirm" aria-labelledby="confirm-title" onClose={props.onClose}>
      <h2 id="confirm-title">{props.title}</h2>
      {props.children}
      <form method="dialog" class="buttons">
        <button type="submit" class="button">
          Do nothing
        </button>
        <button type="submit" class="button is-main" onClick={props.onYes}>
          {props.yes}
        </button>
      </form>
    </dialog>
  );
}
