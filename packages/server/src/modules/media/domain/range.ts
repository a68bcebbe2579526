/** A requested part of a file: `null` for all of it, `'invalid'` when no byte of it exists (RFC 9110 §14). */
export function parseRange(header: string | undefined, size: number): { start: number; end: number } | null | 'invalid' {
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header?.trim() ?? '')
  // Several ranges, other units and broken syntax may all be ignored: the whole file is a correct answer.
  if (!match || (match[1] === '' && match[2] === '')) return null
  const [first, last] = [match[1]!, match[2]!]
  if (first === '') {
    const tail = Math.min(Number(last), size)
    return tail === 0 ? 'invalid' : { start: size - tail, end: size - 1 }
  }
  const start = Number(first)
  const end = last === '' ? size - 1 : Math.min(Number(last), size - 1)
  if (last !== '' && Number(last) < start) return null
  return start >= size ? 'invalid' : { start, end }
}
