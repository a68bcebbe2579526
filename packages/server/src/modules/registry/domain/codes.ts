import type { RegisterDeclaration } from '@chengyun/contract/registry'

/** Digits of the running number in a component code (GB/T 47678.5-2026, GB/T 30428.2-2013). */
const COMPONENT_DIGITS = 6

/** A component code taken apart; the length tells the generation. */
export interface ComponentCode {
  generation: 2013 | 2026
  county: string
  classCode: string
  sequence: number
}

/** Parses a component code of 16 digits (2013) or 17 (2026); null when it is none. */
export function parseComponentCode(code: string): ComponentCode | null {
  if (!/^\d{16,17}$/.test(code)) return null
  const classDigits = code.length === 17 ? 5 : 4
  return {
    generation: code.length === 17 ? 2026 : 2013,
    county: code.slice(0, 6),
    classCode: code.slice(6, 6 + classDigits),
    sequence: Number(code.slice(6 + classDigits))
  }
}

/**
 * A 16-digit code as the 17-digit one of 2026: county and number stay, the class follows the mapping of the tables. Null where the class
 * has no successor, or the code is of 2026 already.
 */
export function upgradeComponentCode(code: string, upgrade: (code2013: string) => string | null): string | null {
  const parsed = parseComponentCode(code)
  if (parsed?.generation !== 2013) return null
  const classCode = upgrade(parsed.classCode)
  return classCode === null ? null : parsed.county + classCode + code.slice(10)
}

/** What the running number of a new code is counted under, and how many digits it has; null where the owner gives codes. */
export interface NumberSeries {
  prefix: string
  digits: number
}

/** The series a new item's code is taken from. `county` is the first six digits of its grid, '' where it has no place. */
export function seriesOf(rule: RegisterDeclaration['code'], county: string, classCode: string | null): NumberSeries | null {
  switch (rule.rule) {
    case 'component':
      return { prefix: county + (classCode ?? ''), digits: COMPONENT_DIGITS }
    case 'sequence':
      return {
        prefix: rule.prefix.replaceAll('{county}', county).replaceAll('{class}', (classCode ?? '').toUpperCase()),
        digits: rule.digits
      }
    case 'given':
      return null
  }
}

/** The code of a number in a series; null when the digits do not suffice. */
export function codeOf({ prefix, digits }: NumberSeries, number: number): string | null {
  const text = String(number)
  return text.length > digits ? null : prefix + text.padStart(digits, '0')
}

/** The series and number that a code of a register has; null where it follows none (given codes, codes of other places). */
export function seriesOfCode(rule: RegisterDeclaration['code'], code: string): { prefix: string; number: number } | null {
  const digits = rule.rule === 'component' ? COMPONENT_DIGITS : rule.rule === 'sequence' ? rule.digits : 0
  if (digits === 0 || (rule.rule === 'component' && parseComponentCode(code) === null)) return null
  const tail = code.slice(-digits)
  return /^\d+$/.test(tail) && code.length >= digits ? { prefix: code.slice(0, -digits), number: Number(tail) } : null
}

/** Whether a code has the form the rule demands; for component codes also that county and class are digits of it. */
export function isCode(rule: RegisterDeclaration['code'], code: string): boolean {
  if (rule.rule === 'component') return parseComponentCode(code) !== null
  if (rule.rule === 'given') return new RegExp(rule.pattern, 'u').test(code)
  const prefix = rule.prefix
    .replace(/[.*+?^$()|[\]\\]/g, '\\$&')
    .replaceAll('{county}', '\\d{6}')
    .replaceAll('{class}', '[A-Z0-9-]{1,20}')
  return new RegExp(`^${prefix}\\d{${rule.digits}}$`).test(code)
}
