interface Both {
  zh: string
  en: string
}

/**
 * A column of categories: a stream keeps the word its device says (ADR 0019); a column of values holds the number of that word in the list of names.
 * A word nobody declared stands in the list as it was said.
 */
export function categoryColumn(
  declared: readonly { value: string; name: Both }[],
  said: readonly (string | null)[]
): { categories: Both[]; values: (number | null)[] } {
  const categories = declared.map((c) => c.name)
  const numbers = new Map(declared.map((c, i) => [c.value, i]))
  const values = said.map((word) => {
    if (word === null) return null
    const known = numbers.get(word)
    if (known !== undefined) return known
    numbers.set(word, categories.length)
    return categories.push({ zh: word, en: word }) - 1
  })
  return { categories, values }
}
