/** The code units of a text, in four hexadecimal digits each. */
const unicode = (text: string) =>
  Array.from({ length: text.length }, (_, at) => text.charCodeAt(at).toString(16).padStart(4, "0"));
const points = (text: string) => Array.from(text, (character) => character.codePointAt(0) ?? 0);
const hex = (text: string) => Buffer.from(text).toString("hex");
const base64 = (text: string) => Buffer.from(text).toString("base64");
const json = (text: string) => JSON.stringify(text).slice(1, -1);
const percent = (text: string) => hex(text).replace(/../g, "%$&");
const decimal = (text: string) =>
  points(text)
    .map((point) => `&#${point};`)
    .join("");
const wrapped = (text: string, width: number, lineBreak: string) =>
  (text.match(new RegExp(`.{1,${width}}`, "g")) ?? []).join(lineBreak);

const NAMED: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
  "/": "&sol;",
  "+": "&plus;",
  "=": "&equals;",
  "?": "&quest;",
  "~": "&#126;",
  "\\": "&bsol;",
  "%": "&percnt;",
  "#": "&num;",
  _: "&lowbar;",
  ".": "&period;",
  é: "&eacute;",
};

/** The spellings of a repeated secret that SECURITY.md promises to remove. */
export const SPELLINGS: Readonly<Record<string, (text: string) => string>> = {
  unencoded: (text) => text,
  "in lower case": (text) => text.toLowerCase(),
  "in upper case": (text) => text.replace(/[a-z]/g, (letter) => letter.toUpperCase()),
  "URL-encoded": encodeURIComponent,
  "percent-encoded": percent,
  "percent-encoded, in upper case": (text) => hex(text).toUpperCase().replace(/../g, "%$&"),
  "URL-encoded twice": (text) => encodeURIComponent(encodeURIComponent(text)),
  "percent-encoded twice": (text) => encodeURIComponent(percent(text)),
  "form-encoded": (text) => new URLSearchParams({ q: text }).toString().slice(2),
  "in JSON": json,
  "in JSON in JSON": (text) => json(json(text)),
  "in JSON in JSON in JSON": (text) => json(json(json(text))),
  "in JSON, slashes escaped": (text) => json(text).replaceAll("/", "\\/"),
  "in JSON, all as \\u": (text) =>
    unicode(text)
      .map((digits) => `\\u${digits}`)
      .join(""),
  "in JSON, all as \\u, in upper case": (text) =>
    unicode(text)
      .map((digits) => `\\u${digits.toUpperCase()}`)
      .join(""),
  "in JSON in JSON, all as \\u": (text) =>
    unicode(text)
      .map((digits) => `\\\\u${digits}`)
      .join(""),
  "in JavaScript, all as \\x": (text) =>
    points(text)
      .map((point) =>
        point < 256 ? `\\x${point.toString(16).padStart(2, "0")}` : `\\u{${point.toString(16)}}`,
      )
      .join(""),
  "in JavaScript, all as \\u{}": (text) =>
    points(text)
      .map((point) => `\\u{${point.toString(16)}}`)
      .join(""),
  "in HTML, as named references": (text) =>
    Array.from(text, (character) => NAMED[character] ?? character).join(""),
  "in HTML, as decimal references": decimal,
  "in HTML, as hexadecimal references": (text) =>
    points(text)
      .map((point) => `&#x${point.toString(16)};`)
      .join(""),
  "in HTML, as hexadecimal references with zeros": (text) =>
    points(text)
      .map((point) => `&#X${point.toString(16).toUpperCase().padStart(6, "0")};`)
      .join(""),
  "in HTML in HTML": (text) => decimal(text).replaceAll("&", "&amp;"),
  "in HTML in JSON": (text) => decimal(text).replaceAll("&", "\\u0026"),
  "in JSON in HTML": (text) => json(text).replaceAll("\\", "&#92;").replaceAll('"', "&#34;"),
  "URL-encoded, in HTML": (text) => percent(text).replaceAll("%", "&#37;"),
  "in base64": base64,
  "in base64, after one byte": (text) => base64(`a${text}b`),
  "in base64, after two bytes": (text) => base64(`ab${text}cd`),
  "in base64url": (text) => Buffer.from(text).toString("base64url"),
  "in base64, URL-encoded": (text) => encodeURIComponent(base64(text)),
  "in base64, slashes escaped": (text) => base64(text).replaceAll("/", "\\/"),
  "in base64, with + and / escaped as in JSON": (text) =>
    base64(text).replaceAll("+", "\\u002b").replaceAll("/", "\\u002F"),
  "in base64, in lines": (text) => wrapped(base64(text), 10, "\r\n"),
  "in base64, in lines, in JSON": (text) => wrapped(base64(text), 10, "\\n"),
  "in base64, in lines, in JSON in JSON": (text) => wrapped(base64(text), 10, "\\\\r\\\\n"),
  "in base64, in lines, URL-encoded": (text) => wrapped(base64(text), 10, "%0D%0A"),
  "in base64, with folded lines": (text) => wrapped(base64(text), 4, " "),
  "in base64 in base64": (text) => base64(base64(text)),
  "URL-encoded, in base64": (text) => base64(encodeURIComponent(text)),
  "in JSON, in base64": (text) => base64(json(text)),
  "in hexadecimal": hex,
  "in hexadecimal, in upper case": (text) => hex(text).toUpperCase(),
};
