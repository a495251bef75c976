import * as z from "zod/mini";
import { FORBIDDEN_HEADERS } from "../../http/forbidden-headers.ts";
import { SECRET_REFERENCE } from "../../secrets/secret-reference.ts";
import { must } from "./field-rules.ts";

const FORMS = "bearer, basic, header:NAME, query:NAME, oauth2, webhook or sigv4";

export const secret = z
  .string(must("a string"))
  .check(
    z.regex(SECRET_REFERENCE, must("secretsmanager:NAME or ssm:/name, both with #key or without")),
  )
  .register(z.globalRegistry, {
    description: "The secret: secretsmanager:NAME or ssm:/name, with #key for a field of it.",
  });

const as = z
  ._default(
    z.string(must("a string")).check(
      z.regex(
        /^(?:bearer|basic|oauth2|webhook|sigv4|header:[!#$%&'*+.^_`|~0-9A-Za-z-]+|query:[A-Za-z0-9._~$-]{1,128})$/,
        must(FORMS),
      ),
      z.refine(
        (form) => !FORBIDDEN_HEADERS.has(form.replace(/^header:/, "").toLowerCase()),
        must("a header that a message may set"),
      ),
    ),
    "bearer",
  )
  .register(z.globalRegistry, {
    description: `How the secret is sent: ${FORMS}, which signs for AWS without a secret.`,
  });

const service = z
  .string(must("a string"))
  .check(
    z.regex(/^[a-z0-9-]{1,64}$/, must("the name that an AWS service is signed with, like athena")),
  )
  .register(z.globalRegistry, {
    description: "With sigv4: the name that the AWS service is signed with, like athena.",
  });

const region = z
  .string(must("a string"))
  .check(z.regex(/^[a-z0-9-]{1,32}$/, must("an AWS region, like eu-west-1")))
  .register(z.globalRegistry, { description: "With sigv4: the AWS region." });

/** The credentials of a request: those in a secret, or those of the function's own role. */
export const auth = z
  .strictObject(
    {
      secret: z.optional(secret),
      as,
      service: z.optional(service),
      region: z.optional(region),
    },
    must("an object"),
  )
  .check(
    z.check((context) => {
      const { value } = context;
      const isSigned = value.as === "sigv4";
      const problem = (field: keyof typeof value, message: string) =>
        context.issues.push({ code: "custom", path: [field], message, input: value });
      if (isSigned && value.secret !== undefined) {
        problem("secret", "must be left out: sigv4 signs with the function's own role");
      } else if (!isSigned && value.secret === undefined) {
        problem("secret", "must be secretsmanager:NAME or ssm:/name");
      } else if (value.as === "oauth2" && value.secret?.includes("#")) {
        problem("secret", "must be without #key: oauth2 uses the whole secret");
      }
      for (const field of ["service", "region"] as const) {
        if (isSigned === (value[field] !== undefined)) continue;
        problem(
          field,
          isSigned ? "must say what sigv4 signs for" : "must be left out without sigv4",
        );
      }
    }),
  )
  .register(z.globalRegistry, {
    anyOf: [{ required: ["secret"] }, { required: ["service", "region"] }],
  });
