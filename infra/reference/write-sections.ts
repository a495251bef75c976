const SECTION = /(<!-- generated: ([\w ]+) -->\n)[\s\S]*?(<!-- end of generated -->)/g;

/**
 * Writes the generated sections of a page anew. What stands outside the markers stays as it is.
 *
 * @throws {Error} when a marker names a section that there is not
 */
export function writeSections(
  page: string,
  sections: Readonly<Record<string, () => string>>,
): string {
  return page.replace(SECTION, (_, begin: string, name: string, end: string) => {
    const section = sections[name];
    if (section === undefined) throw new Error(`no generated section is called "${name}"`);
    return `${begin}\n${section()}\n\n${end}`;
  });
}
