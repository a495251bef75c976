/**
 * HTML's names of ASCII characters (HTML Living Standard, named character references); each ends with its character.
 */
const OF_ASCII = [
  ...[
    "Tab\t",
    "NewLine\n",
    "excl!",
    'quot"',
    'QUOT"',
    "num#",
    "dollar$",
    "percnt%",
    "amp&",
    "AMP&",
  ],
  ...["apos'", "lpar(", "rpar)", "ast*", "midast*", "plus+", "comma,", "period.", "sol/", "colon:"],
  ...["semi;", "lt<", "LT<", "equals=", "gt>", "GT>", "quest?", "commat@", "lsqb[", "lbrack["],
  ...["bsol\\", "rsqb]", "rbrack]", "Hat^", "lowbar_", "UnderBar_", "grave`", "DiacriticalGrave`"],
  ...["lcub{", "lbrace{", "verbar|", "vert|", "VerticalLine|", "rcub}", "rbrace}"],
];

/** The names of U+00A0 to U+00FF, in their order. */
const OF_LATIN_1 =
  "nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute micro " +
  "para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil " +
  "Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave " +
  "Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml " +
  "igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute " +
  "thorn yuml";

/** HTML's names of the characters that a credential can contain (ASCII and Latin-1), with their code points. */
export const HTML_NAMES: ReadonlyMap<string, number> = new Map([
  ...OF_ASCII.map((entry): [string, number] => [
    entry.slice(0, -1),
    entry.charCodeAt(entry.length - 1),
  ]),
  ...OF_LATIN_1.split(" ").map((name, index): [string, number] => [name, 0xa0 + index]),
]);
