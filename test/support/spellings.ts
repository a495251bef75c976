/** Each character of a text by its code units, in four hexadecimal digits. */
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

/** How a server could say a secret again: the spellings that SECURITY.md promises to take out. */
export const SPELLINGS: Readonly<Record<string, (text: string) => string>> = {
  "as it is": (text) => text,
  "in small letters": (text) => text.toLowerCase(),
  "in capital letters": (text) => text.replace(/[a-z]/g, (letter) => letter.toUpperCase()),
  "URL-encoded": encodeURIComponent,
  "all in percent": percent,
  "all in percent, in capitals": (text) => hex(text).toUpperCase().replace(/../g, "%$&"),
  "URL-encoded twice": (text) => encodeURIComponent(encodeURIComponent(text)),
  "all in percent, twice": (text) => encodeURIComponent(percent(text)),
  "as a form": (text) => new URLSearchParams({ q: text }).toString().slice(2),
  "in JSON": json,
  "in JSON in JSON": (text) => json(json(text)),
  "in JSON in JSON in JSON": (text) => json(json(json(text))),
  "in JSON, slashes escaped": (text) => json(text).replaceAll("/", "\\/"),
  "in JSON, all in \\u": (text) =>
    unicode(text)
      .map((digits) => `\\u${digits}`)
      .join(""),
  "in JSON, all in \\u, in capitals": (text) =>
    unicode(text)
      .map((digits) => `\\u${digits.toUpperCase()}`)
      .join(""),
  "in JSON in JSON, all in \\u": (text) =>
    unicode(text)
      .map((digits) => `\\\\u${digits}`)
      .join(""),
  "in JavaScript, all in \\x": (text) =>
    points(text)
      .map((point) =>
        point < 256 ? `\\x${point.toString(16).padStart(2, "0")}` : `\\u{${point.toString(16)}}`,
      )
      .join(""),
  "in JavaScript, all in \\u{}": (text) =>
    points(text)
      .map((point) => `\\u{${point.toString(16)}}`)
      .join(""),
  "in HTML, by names": (text) =>
    Array.from(text, (character) => NAMED[character] ?? character).join(""),
  "in HTML, in decimal": decimal,
  "in HTML, in hexadecimal": (text) =>
    points(text)
      .map((point) => `&#x${point.toString(16)};`)
      .join(""),
  "in HTML, in hexadecimal with zeros": (text) =>
    points(text)
      .map((point) => `&#X${point.toString(16).toUpperCase().padStart(6, "0")};`)
      .join(""),
  "in HTML in HTML": (text) => decimal(text).replaceAll("&", "&amp;"),
  "in HTML in JSON": (text) => decimal(text).replaceAll("&", "\\u0026"),
  "in JSON in HTML": (text) => json(text).replaceAll("\\", "&#92;").replaceAll('"', "&#34;"),
  "URL-encoded, in HTML": (text) => percent(text).replaceAll("%", "&#37;"),
  "in base64": base64,
  "in base64, behind one byte": (text) => base64(`a${text}b`),
  "in base64, behind two bytes": (text) => base64(`ab${text}cd`),
  "in base64url": (text) => Buffer.from(text).toString("base64url"),
  "in base64, URL-encoded": (text) => encodeURIComponent(base64(text)),
  "in base64, slashes escaped": (text) => base64(text).replaceAll("/", "\\/"),
  "in base64, signs escaped as in JSON": (text) =>
    base64(text).replaceAll("+", "\\u002b").replaceAll("/", "\\u002F"),
  "in base64, in lines": (text) => wrapped(base64(text), 10, "\r\n"),
  "in base64, in lines, in JSON": (text) => wrapped(base64(text), 10, "\\n"),
  "in base64, in lines, in JSON in JSON": (text) => wrapped(base64(text), 10, "\\\\r\\\\n"),
  "in base64, in lines, URL-encoded": (text) => wrapped(base64(text), 10, "%0D%0A"),
  "in base64, in lines that are folded": (text) => wrapped(base64(text), 4, " "),
  "in base64 in base64": (text) => base64(base64(text)),
  "URL-encoded, in base64": (text) => base64(encodeURIComponent(text)),
  "in JSON, in base64": (text) => base64(json(text)),
  "in hexadecimal": hex,
  "in hexadecimal, in capitals": (text) => hex(text).toUpperCase(),
};
