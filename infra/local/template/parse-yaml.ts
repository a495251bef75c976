import { isAlias, isMap, isScalar, isSeq, type Node, parseDocument } from "yaml";
import { TemplateError } from "./template-error.ts";
import type { TemplateValue } from "./template-value.ts";

const SHORT_FORMS_WITHOUT_PREFIX = new Set(["!Ref", "!Condition"]);

let last: { readonly text: string; readonly value: TemplateValue } | undefined;

/**
 * Reads a CloudFormation template in YAML (or JSON, which is YAML). Converts the short form of each
 * intrinsic function to its long form: `!Sub text` becomes `{ "Fn::Sub": "text" }`. The last
 * template is remembered: one is read for its parameters, its rules and its resources.
 *
 * @throws TemplateError when the text is not YAML; it names the line
 */
export function parseTemplateYaml(text: string): TemplateValue {
  if (last?.text !== text) last = { text, value: parse(text) };
  return last.value;
}

function parse(text: string): TemplateValue {
  const document = parseDocument(text);
  const [error] = document.errors;
  if (error) throw new TemplateError("(its YAML)", error.message);

  const convert = (node: Node | null): TemplateValue => {
    if (isAlias(node)) return convert(node.resolve(document) ?? null);
    const value = untagged(node);
    const tag = node?.tag;
    return tag?.startsWith("!") ? longForm(tag, value) : value;
  };

  const untagged = (node: Node | null): TemplateValue => {
    if (isSeq<Node | null>(node)) return node.items.map(convert);
    if (isMap<Node, Node | null>(node)) {
      return Object.fromEntries(
        node.items.map(({ key, value }) => [
          String(isScalar(key) ? key.value : key),
          convert(value),
        ]),
      );
    }
    return isScalar(node) ? plain(node.value) : null;
  };

  return convert(document.contents);
}

function plain(value: unknown): TemplateValue {
  if (value === null || value === undefined) return null;
  return typeof value === "number" || typeof value === "boolean" ? value : String(value);
}

function longForm(tag: string, value: TemplateValue): TemplateValue {
  if (SHORT_FORMS_WITHOUT_PREFIX.has(tag)) return { [tag.slice(1)]: value };
  if (tag === "!GetAtt" && typeof value === "string") {
    const dot = value.indexOf(".");
    return { "Fn::GetAtt": dot < 0 ? [value] : [value.slice(0, dot), value.slice(dot + 1)] };
  }
  return { [`Fn::${tag.slice(1)}`]: value };
}
