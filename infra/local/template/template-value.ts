/** A template as data: JSON, with intrinsic functions in their long form. */
export type TemplateValue =
  | string
  | number
  | boolean
  | null
  | readonly TemplateValue[]
  | TemplateMap;

export interface TemplateMap {
  readonly [key: string]: TemplateValue;
}

export const isMap = (value: TemplateValue | undefined): value is TemplateMap =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export const isList = (value: TemplateValue | undefined): value is readonly TemplateValue[] =>
  Array.isArray(value);

/** The value of an own key. Inherited ones such as `toString` are not names of a template. */
export const own = (map: TemplateMap, key: string): TemplateValue | undefined =>
  Object.hasOwn(map, key) ? map[key] : undefined;
