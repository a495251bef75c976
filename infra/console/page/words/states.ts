/** How a state of polls is shown: never by colour alone, but also by its word and a shape. */
export interface StateWords {
  readonly word: string;
  /** What it means, in one sentence. */
  readonly meaning: string;
  /** Its colour and shape. */
  readonly look: "waiting" | "held" | "asking" | "good" | "bad" | "late" | "off";
  readonly isEnded: boolean;
}

/** In the order of a poll's life. */
export const STATES: Readonly<Record<string, StateWords>> = {
  waiting: {
    word: "waiting",
    meaning: "The time of its next request has not come.",
    look: "waiting",
    isEnded: false,
  },
  held: {
    word: "held",
    meaning: "Its request was put off: its host asks for a pause, or has enough requests.",
    look: "held",
    isEnded: false,
  },
  asking: {
    word: "being asked",
    meaning: "Its request is on the way, or its answer is not known yet.",
    look: "asking",
    isEnded: false,
  },
  succeeded: {
    word: "succeeded",
    meaning: "Its job is done.",
    look: "good",
    isEnded: true,
  },
  failed: {
    word: "failed",
    meaning: "Its job failed, or its API refused the request.",
    look: "bad",
    isEnded: true,
  },
  exhausted: {
    word: "exhausted",
    meaning: "It used all its retries and its job was not done.",
    look: "bad",
    isEnded: true,
  },
  expired: {
    word: "expired",
    meaning: "Its deadline came before its job was done.",
    look: "late",
    isEnded: true,
  },
  cancelled: {
    word: "cancelled",
    meaning: "Somebody cancelled it.",
    look: "off",
    isEnded: true,
  },
};

const UNKNOWN: StateWords = {
  word: "unknown",
  meaning: "This page does not know the state: load it again.",
  look: "off",
  isEnded: false,
};

/** The words of a state. */
export function stateWords(state: string): StateWords {
  return STATES[state] ?? { ...UNKNOWN, word: state };
}

/** Whether a poll ended without success, and nobody wanted that. */
export function endedBadly(state: string): boolean {
  const { look } = stateWords(state);
  return look === "bad" || look === "late";
}
