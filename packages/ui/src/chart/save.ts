/** Rows as a file a spreadsheet program opens. */
export interface Sheet {
  columns: readonly string[]
  rows: readonly (readonly (string | number | null)[])[]
}

/** The sheet as CSV; a field that holds a comma, a quote or a line break is quoted (RFC 4180). */
export function csvOf(sheet: Sheet): string {
  const cell = (v: string | number | null) =>
    v === null ? '' : /[",\r\n]/.test(String(v)) ? `"${String(v).replaceAll('"', '""')}"` : String(v)
  return [sheet.columns, ...sheet.rows].map((r) => r.map(cell).join(',')).join('\r\n')
}

/** Hands a file to the browser. */
export function save(url: string, name: string): void {
  const a = document.createElement('a')
  a.href = url
  a.download = name
  a.click()
}

/** Saves a sheet; the mark at its beginning lets spreadsheet programs read the Chinese as UTF-8. */
export function saveSheet(sheet: Sheet, name: string): void {
  const url = URL.createObjectURL(new Blob([`\uFEFF${csvOf(sheet)}`], { type: 'text/csv' }))
  save(url, `${name}.csv`)
  // After the click the browser holds the file by itself.
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}
