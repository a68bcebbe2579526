/** Words as somebody pastes them: a line each, or with commas between; each once, none empty, in the order they came. */
export function wordsOf(text: string): string[] {
  return [
    ...new Set(
      text
        .split(/[\n,;\u3001\uff0c\uff1b]+/)
        .map((w) => w.trim())
        .filter((w) => w !== '')
    )
  ]
}

export interface CategoryLines {
  items: { category: string; classCode: string }[]
  /** Numbers of the lines that are not a category and a class of five digits. */
  wrong: number[]
}

/** Lines `category, class` as copied from a table: with a tab, a comma or spaces between. */
export function categoriesOf(text: string): CategoryLines {
  const items: CategoryLines['items'] = []
  const wrong: number[] = []
  for (const [i, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue
    const found = /^(.{1,60}?)[\t,\uff0c ]+([0-9]{5})$/.exec(line.trim())
    if (found?.[1] && found[2]) items.push({ category: found[1].trim(), classCode: found[2] })
    else wrong.push(i + 1)
  }
  return { items, wrong }
}
