import * as z from "zod/mini";
import { FORBIDDEN_HEADERS } from "../../http/forbidden-headers.ts";
import { SECRET_REFERENCE } from "../../secrets/secret-reference.ts";
import { must } from "./field-rules.ts";

const FORMS = "bearer, basic, header:NAME, query:NAME, oauth2 or webhook";

export const secret = z
  .string(must("a string"))
  .check(
    z.regex(SECRET_REFERENCE, must("secretsmanager:NAME or ssm:/name, both with #key or without")),
    z.describe("The secret: secretsmanager:NAME or ssm:/name, with #key for a field of it."),
  );

const as = z
  ._default(
    z.string(must("a string")).check(
      z.regex(
        /^(?:bearer|basic|oauth2|webhook|header:[!#$%&'*+.^_`|~0-9A-Za-z-]+|query:[A-Za-z0-9._~$-]{1,128})$/,
        must(FORMS),
      ),
      z.refine(
        (form) => !FORBIDDEN_HEADERS.has(form.replace(/^header:/, "").toLowerCase()),
        must("a header that a message may set"),
      ),
    ),
    "bearer",
  )
  .check(z.describe(`How the secret is sent: ${FORMS}.`));

/** The credential of a request. */
export const auth = z.strictObject({ secret, as }, must("an object")).check(
  z.refine((fields) => fields.as !== "oauth2" || !fields.secret.includes("#"), {
    path: ["secret"],
    ...must("without #key, because oauth2 uses the whole secret"),
  }),
);
