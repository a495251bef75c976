const SECTION = /(<!-- generated: ([\w ]+) -->\n)[\s\S]*?(<!-- end of generated -->)/g;

/**
 * Replaces the generated sections of a page. Text outside the markers does not change.
 *
 * @throws {Error} when a marker names an unknown section
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
