import { describe, expect, it } from "vitest";
import { writeSections } from "../../../infra/reference/write-sections.ts";

const page = (section: string) =>
  `# Title\n\n<!-- generated: fields -->\n${section}<!-- end of generated -->\n\nBelow.\n`;

describe("writeSections", () => {
  it("writes a section between its markers, and nothing else", () => {
    const written = page("\n| new |\n\n");
    expect(writeSections(page("| old |\n"), { fields: () => "| new |" })).toBe(written);
    expect(writeSections(written, { fields: () => "| new |" })).toBe(written);
  });

  it("refuses a marker of a section that there is not", () => {
    expect(() => writeSections(page(""), {})).toThrow('no generated section is called "fields"');
  });
});
