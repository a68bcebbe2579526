/** The filters of a list of items that the address keeps; the server knows the same names. Attributes stand as `attr.<key>`. */
export const ITEM_FILTERS = ['q', 'class', 'status', 'within', 'grid', 'bbox', 'unit', 'sort'] as const
export type ItemFilters = Readonly<Record<string, string>>

/** Fewer characters find nothing: the search looks for pairs. */
export const SHORTEST_WORD = 2

const isAttribute = (key: string): boolean => /^attr\.[a-z][a-zA-Z0-9]{0,39}$/.test(key)

/** The filters an address holds; anything else in it (the map, the open card) is left alone. */
export function filtersOf(params: URLSearchParams): ItemFilters {
  const out: Record<string, string> = {}
  for (const [key, value] of params)
    if (value && ((ITEM_FILTERS as readonly string[]).includes(key) || isAttribute(key))) out[key] = value
  return out
}

/** Whether a text can be searched: a word of two characters, or the beginning of a code in digits. */
export function searchable(text: string): boolean {
  return text
    .trim()
    .split(/\s+/)
    .every((word) => word.length >= SHORTEST_WORD || /^\d+$/.test(word))
}

/** What narrows a list besides its order. */
export function narrowing(filters: ItemFilters): string[] {
  return Object.keys(filters).filter((key) => key !== 'sort')
}

/** The page of a list, of one of its items where a code is given. */
export function listAddress(type: string, code: string | null, search = ''): string {
  return `/registers/list/${type}${code === null ? '' : `/${encodeURIComponent(code)}`}${search ? `?${search}` : ''}`
}
