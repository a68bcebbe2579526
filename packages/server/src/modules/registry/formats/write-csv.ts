/** A cell that begins like a formula is text: an export must not run anything in the reader's spreadsheet. Plain numbers stay what they are. */
export const safeCell = (text: string): string =>
  /^[=+\-@\t\r]/.test(text) && !/^[+-]?\d+(\.\d+)?$/.test(text) ? `'${text}` : text

/** One line of CSV (RFC 4180). */
export const csvLine = (cells: readonly string[]): string =>
  `${cells
    .map((cell) => {
      const text = safeCell(cell)
      return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
    })
    .join(',')}\r\n`
