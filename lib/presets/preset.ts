/**
 * A named `until` object: how an API says that a job is done, where to poll it, and where its result is. Its
 * expressions are JMESPath and nothing else, so a message can say all that a preset can.
 */
export interface Preset {
  /** One line of what it polls. */
  readonly about?: string;
  /** The page that says how the API does it. */
  readonly source?: string;
  /** When it matches, the poll is not done. Evaluated first. */
  readonly pending?: string;
  /** When it matches, the poll has failed. Evaluated before `success`. */
  readonly failure?: string;
  /** When it matches, the poll has succeeded. */
  readonly success: string;
  /** Where to poll from now on. */
  readonly next?: string;
  /** What to ask for the result, once the poll has succeeded. */
  readonly fetch?: string;
  /** Picks the outcome's result. */
  readonly result?: string;
  /** Picks what the API says of a failure. */
  readonly error?: string;
}
