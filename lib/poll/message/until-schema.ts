import * as z from "zod/mini";
import { MAX_EXPRESSION_CHARACTERS } from "../../limits.ts";
import { BUILT_IN_PRESETS, PRESET_NAME } from "../../verdict/preset-list.ts";
import { must } from "./field-rules.ts";

const jmespath = z
  .string(must("a JMESPath expression, as a string"))
  .check(
    z.minLength(1, must("a JMESPath expression, not an empty string")),
    z.maxLength(
      MAX_EXPRESSION_CHARACTERS,
      must(`a JMESPath expression of at most ${MAX_EXPRESSION_CHARACTERS} characters`),
    ),
  );

const presetName = z
  .string(must("the name of a preset or an object of JMESPath expressions"))
  .check(z.regex(PRESET_NAME, must("the name of a preset or an object of JMESPath expressions")))
  .register(z.globalRegistry, { examples: [...BUILT_IN_PRESETS.names] });

const optionalJmespath = (description: string) =>
  z.optional(jmespath).register(z.globalRegistry, { description });

const expressions = z
  .strictObject(
    {
      preset: z.optional(presetName).register(z.globalRegistry, {
        description: "The preset that supplies the expressions which are left out here.",
      }),
      pending: optionalJmespath("When it matches, the poll is not done. Evaluated first."),
      failure: optionalJmespath("When it matches, the poll has failed. Evaluated before success."),
      success: optionalJmespath(
        "When it matches, the poll has succeeded. Required where there is no preset.",
      ),
      next: optionalJmespath(
        "Where to poll from now on: a URL reference, or { url, method, body }. null, false and an empty text change nothing.",
      ),
      fetch: optionalJmespath(
        "What to ask for the result, once the poll has succeeded: a URL reference, or { url, method, body }.",
      ),
      abort: optionalJmespath(
        "What to ask to stop the job, when the poll is cancelled or expires: a URL reference, or { url, method, body }. What was named last counts.",
      ),
      result: optionalJmespath("Picks the outcome's result, when the poll has ended."),
      error: optionalJmespath(
        "Picks what the API says of its failure: error.reason in the outcome.",
      ),
    },
    must("the name of a preset or an object of JMESPath expressions"),
  )
  .check(
    z.check((context) => {
      const { preset, success } = context.value;
      if (preset !== undefined || success !== undefined) return;
      const message =
        "must be a JMESPath expression, as a string: it is required where there is no preset";
      context.issues.push({ code: "custom", path: ["success"], message, input: success });
    }),
  )
  .register(z.globalRegistry, { anyOf: [{ required: ["success"] }, { required: ["preset"] }] });

/** How responses are judged. */
export const until = z.union([presetName, expressions]);
