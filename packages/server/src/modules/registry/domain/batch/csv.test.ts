import { describe, expect, test } from 'vitest'
import { CsvReader, separatorOf } from './csv.ts'

const read = (text: string, size: number): string[][] => {
  const reader = new CsvReader(',')
  const out: string[][] = []
  for (let i = 0; i < text.length; i += size) out.push(...reader.push(text.slice(i, i + size)))
  return [...out, ...reader.end()]
}

describe('CsvReader', () => {
  const text = 'a,b,c\r\n1,"x, y",3\n\n"say ""hi""","two\nlines",\nshort\n,,\nlast,"open'
  const whole = [['a', 'b', 'c'], ['1', 'x, y', '3'], ['say "hi"', 'two\nlines', ''], ['short'], ['', '', ''], ['last', 'open']]

  test('quotes, line ends, blank lines, rows that are too short, a quote that never closes', () => {
    expect(read(text, text.length)).toEqual(whole)
  })

  test('it does not matter where the pieces are cut', () => {
    for (let size = 1; size < 12; size++) expect(read(text, size)).toEqual(whole)
  })

  test('what is written comes back, for any cells', () => {
    const letters = ['a', '"', ',', '\n', ' ', '井', '盖', ';', "'"]
    let seed = 7
    const next = (n: number): number => {
      seed = (seed * 1103515245 + 12345) % 2147483648
      return seed % n
    }
    const rows = Array.from({ length: 200 }, () =>
      Array.from({ length: 3 }, () => `x${Array.from({ length: next(6) }, () => letters[next(letters.length)]).join('')}`)
    )
    const written = rows.map((r) => r.map((c) => `"${c.replaceAll('"', '""')}"`).join(',')).join('\n')
    for (const size of [1, 7, 64, 5000]) expect(read(written, size)).toEqual(rows)
  })

  test('the separator is found in the header', () => {
    expect(separatorOf('a;b;c,d')).toBe(';')
    expect(separatorOf('a\tb')).toBe('\t')
    expect(separatorOf('"a;b;c",d')).toBe(',')
  })
})
