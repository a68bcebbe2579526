/** A record of a CSV file: its cells, or none when it cannot be taken apart. */
export type CsvRecord = string[]

const QUOTE = 34

/** The separator of a header line: whichever of tab, semicolon, bar and comma stands there most, outside of quotes. */
export function separatorOf(header: string): string {
  const plain = header.replace(/"[^"]*"/g, '')
  let best = ','
  for (const one of ['\t', ';', '|']) if (plain.split(one).length > plain.split(best).length) best = one
  return best
}

/**
 * Takes CSV apart as it comes (RFC 4180; lines may end in LF, CRLF or CR LF mixed; cells may have any number). Lines without quotes — nearly
 * all of them — are split at once, the others read letter by letter. Blank lines are left out.
 */
export class CsvReader {
  readonly #separator: string
  #rest = ''

  constructor(separator: string) {
    this.#separator = separator
  }

  /** Whether everything pushed so far has come out as records. */
  get isWhole(): boolean {
    return this.#rest === ''
  }

  /** Records that are whole by now. */
  push(text: string): CsvRecord[] {
    return this.#take(this.#rest + text, false)
  }

  /** What is left at the end of the file. */
  end(): CsvRecord[] {
    return this.#rest === '' ? [] : this.#take(`${this.#rest}\n`, true)
  }

  #take(all: string, last: boolean): CsvRecord[] {
    const out: CsvRecord[] = []
    let at = 0
    let quote = all.indexOf('"')
    for (;;) {
      const end = all.indexOf('\n', at)
      if (end < 0) break
      if (quote >= 0 && quote < at) quote = all.indexOf('"', at)
      if (quote < 0 || quote > end) {
        const line = all.charCodeAt(end - 1) === 13 && end > at ? all.slice(at, end - 1) : all.slice(at, end)
        if (line !== '') out.push(line.split(this.#separator))
        at = end + 1
        continue
      }
      const next = this.#quoted(all, at, last, out)
      if (next < 0) break
      at = next
    }
    this.#rest = last ? '' : all.slice(at)
    return out
  }

  /** One record from `at`; answers where the next begins, −1 when it goes on beyond the text. An open quote at the end of the file closes there. */
  #quoted(all: string, from: number, last: boolean, out: CsvRecord[]): number {
    const cells: string[] = []
    let at = from
    for (;;) {
      let cell = ''
      if (all.charCodeAt(at) === QUOTE) {
        at += 1
        for (;;) {
          const end = all.indexOf('"', at)
          if (end < 0) {
            if (!last) return -1
            cells.push(cell + all.slice(at).replace(/\r?\n$/, ''))
            out.push(cells)
            return all.length
          }
          cell += all.slice(at, end)
          at = end + 1
          if (all.charCodeAt(at) !== QUOTE) break
          cell += '"'
          at += 1
        }
      }
      // What stands behind a closing quote, or an unquoted cell.
      const comma = all.indexOf(this.#separator, at)
      const line = all.indexOf('\n', at)
      if (line < 0) return -1
      const end = comma >= 0 && comma < line ? comma : line
      cell += end === line && all.charCodeAt(end - 1) === 13 && end > at ? all.slice(at, end - 1) : all.slice(at, end)
      cells.push(cell)
      at = end + 1
      if (end === line) break
    }
    if (cells.length > 1 || cells[0] !== '') out.push(cells)
    return at
  }
}
