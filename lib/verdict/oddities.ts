import type { JSONValue } from "@jmespath-community/jmespath";
import type { ResponseHead } from "../http/http-request.ts";
import type { ResponseContent } from "../http/response-content.ts";
import type { EvaluationNote } from "../jmespath/evaluation-budget.ts";

/**
 * What was odd when an acceptor was evaluated. A poll that ends without a match puts this into its outcome. It contains
 * nothing of the response.
 *
 * @param isSuccess whether it is `until.success`; for other acceptors it is normal to find nothing
 */
export function odditiesOf(
  field: string,
  found: JSONValue,
  notes: ReadonlySet<EvaluationNote>,
  isSuccess: boolean,
): string[] {
  const odd = notes.has("unordered")
    ? [`${field} compared a text by < or >, which gives null: only numbers have an order`]
    : [];
  if (!isSuccess) return odd;
  if (notes.has("compared types")) {
    odd.push(`${field} compared values of different types, which are never equal`);
  }
  if (notes.has("compared cases")) {
    odd.push(`${field} compared texts that differ only in case: lower(...) makes it all lower`);
  }
  if (notes.has("compared null")) {
    odd.push(`${field} compared null: the response had no value in a place that it names`);
  } else if (found === null && odd.length === 0) odd.push(`${field} gave null`);
  return odd;
}

/** What is odd about a response body when an acceptor reads its members: that it is a text, bytes or empty. */
export function oddBody({
  headers,
  body,
  bodyEncoding,
}: ResponseHead & Partial<ResponseContent>): string[] {
  if (typeof body !== "string") return [];
  if (body === "") return ["the response had no body"];
  const [type = ""] = /^[\w.+-]{1,32}\/[\w.+-]{1,64}/.exec(headers["content-type"] ?? "") ?? [];
  const what = bodyEncoding === undefined ? "a text" : "bytes";
  return [`the body was ${what}${type && ` of type ${type.toLowerCase()}`} and not JSON`];
}
