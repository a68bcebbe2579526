/** The number a city's next own class of a major class takes: from the top downwards, the first that is free. */
export function nextLocalCode(major: string, digits: number, taken: ReadonlySet<string>): string {
  for (let n = 10 ** digits - 1; n >= 80; n--) {
    const code = `${major}${String(n).padStart(digits, '0')}`
    if (!taken.has(code)) return code
  }
  return ''
}
