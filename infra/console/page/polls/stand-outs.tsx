import { useState } from "preact/hooks";
import { pollAddress } from "../hooks/use-route.ts";
import { Icon } from "../parts/icon.tsx";
import type { Finding } from "../words/stand-out.ts";
import { useStandOuts } from "./use-stand-outs.ts";

const SHOWN = 5;
const NAMED = 2;

/** What is odd among the polls, with the way to each. */
export function StandOuts({ onShow }: { readonly onShow: (show: Finding["show"]) => void }) {
  const { data } = useStandOuts();
  const [isAll, setIsAll] = useState(false);
  if (data === undefined) return null;
  const shown = isAll ? data : data.slice(0, SHOWN);
  return (
    <section class="panel stand-outs" aria-labelledby="stand-outs">
      <h2 id="stand-outs">What stands out</h2>
      {data.length === 0 && <p class="quiet">Nothing: no poll failed, and none is late.</p>}
      <ul>
        {shown.map((finding) => (
          <FindingLine key={finding.text} finding={finding} onShow={onShow} />
        ))}
      </ul>
      {data.length > SHOWN && (
        <button type="button" class="link" aria-expanded={isAll} onClick={() => setIsAll(!isAll)}>
          {isAll ? "Show fewer" : `Show ${data.length - SHOWN} more`}
        </button>
      )}
    </section>
  );
}

function FindingLine(props: {
  readonly finding: Finding;
  readonly onShow: (show: Finding["show"]) => void;
}) {
  const { text, look, pollIds, show } = props.finding;
  return (
    <li>
      <Icon look={look} />
      <span class="finding">
        <span class="finding-text">{text}</span>{" "}
        {pollIds.slice(0, NAMED).map((pollId) => (
          <a key={pollId} class="id" title={pollId} href={pollAddress(pollId)}>
            {pollId}
          </a>
        ))}
        {pollIds.length > NAMED && (
          <button type="button" class="link" onClick={() => props.onShow(show)}>
            show all<span class="unseen"> polls of: {text}</span>
          </button>
        )}
      </span>
    </li>
  );
}
