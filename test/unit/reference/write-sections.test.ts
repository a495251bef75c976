import { describe, expect, it } from "vitest";
import { writeSections } from "../../../infra/reference/write-sections.ts";

const page = (section: string) =>
  `# Title\n\n<!-- generated: fields -->\n${section}<!-- end of generated -->\n\nBelow.\n`;

describe("writeSections", () => {
  it("changes only the text between a section's markers", () => {
    const written = page("\n| new |\n\n");
    expect(writeSections(page("| old |\n"), { fields: () => "| new |" })).toBe(written);
    expect(writeSections(written, { fields: () => "| new |" })).toBe(written);
  });

  it("refuses a marker of an unknown section", () => {
    expect(() => writeSections(page(""), {})).toThrow('no generated section is called "fields"');
  });
});
