import { type CaseStatus, type CountingFacts, isOpen } from '../cases/index.ts'

/** What measures are judged on: the facts of a case, and the due time of its present holder where it is known. */
export type MeasureRow = CountingFacts & { dueAt?: string | null }

// One line a column: its name in `cases.pub_case` is the key, its value in the program stands beside it.
const INSTANTS = {
  reported_at: (r) => r.reportedAt,
  accepted_at: (r) => r.acceptedAt,
  registered_at: (r) => r.registeredAt,
  dispatched_at: (r) => r.dispatchedAt,
  disposed_at: (r) => r.disposedAt,
  handle_deadline_at: (r) => r.handleDeadlineAt,
  total_deadline_at: (r) => r.totalDeadlineAt,
  closed_at: (r) => r.closedAt,
  cancelled_at: (r) => r.cancelledAt,
  due_at: (r) => r.dueAt ?? null
} as const satisfies Record<string, (r: MeasureRow) => string | null>
const FLAGS = {
  is_open: (r) => isOpen(r.status),
  self_handled: (r) => r.selfHandled,
  timeout_exempt: (r) => r.exempt
} as const satisfies Record<string, (r: MeasureRow) => boolean>
const COUNTS = {
  rework_count: (r) => r.reworkCount,
  return_count: (r) => r.returnCount
} as const satisfies Record<string, (r: MeasureRow) => number>

export type InstantColumn = keyof typeof INSTANTS
export type FlagColumn = keyof typeof FLAGS
export type CountColumn = keyof typeof COUNTS

/** An instant: a column, the present, the first known of several, or the earliest known of several. */
export type InstantExpr =
  | { column: InstantColumn }
  | { now: true }
  | { coalesce: readonly InstantExpr[] }
  | { least: readonly InstantExpr[] }

/** A condition over one case. Three-valued like SQL: a comparison with an unknown instant is unknown, and unknown does not count. */
export type Condition =
  | { flag: FlagColumn }
  | { status: readonly CaseStatus[] }
  | { known: InstantExpr }
  | { some: CountColumn }
  | { before: readonly [InstantExpr, InstantExpr] }
  | { atMost: readonly [InstantExpr, InstantExpr] }
  | { not: Condition }
  | { all: readonly Condition[] }
  | { any: readonly Condition[] }

/** How much one case adds: one, or a number it carries. */
export type Weight = 1 | CountColumn

/** Epoch milliseconds of the expression for this case, or null where unknown. */
export function instantOf(expr: InstantExpr, row: MeasureRow, now: number): number | null {
  if ('now' in expr) return now
  if ('column' in expr) {
    const iso = INSTANTS[expr.column](row)
    return iso === null ? null : Date.parse(iso)
  }
  let found: number | null = null
  for (const part of 'coalesce' in expr ? expr.coalesce : expr.least) {
    const at = instantOf(part, row, now)
    if (at === null) continue
    if ('coalesce' in expr) return at
    found = found === null ? at : Math.min(found, at)
  }
  return found
}

/** Does the condition hold for this case? Null where it cannot be said. */
export function holds(condition: Condition, row: MeasureRow, now: number): boolean | null {
  if ('flag' in condition) return FLAGS[condition.flag](row)
  if ('status' in condition) return condition.status.includes(row.status)
  if ('known' in condition) return instantOf(condition.known, row, now) !== null
  if ('some' in condition) return COUNTS[condition.some](row) > 0
  if ('not' in condition) {
    const inner = holds(condition.not, row, now)
    return inner === null ? null : !inner
  }
  if ('all' in condition || 'any' in condition) {
    const decisive = 'any' in condition
    let unknown = false
    for (const part of 'any' in condition ? condition.any : condition.all) {
      const held = holds(part, row, now)
      if (held === decisive) return decisive
      unknown ||= held === null
    }
    return unknown ? null : !decisive
  }
  const [a, b] = 'before' in condition ? condition.before : condition.atMost
  const left = instantOf(a, row, now)
  const right = instantOf(b, row, now)
  if (left === null || right === null) return null
  return 'before' in condition ? left < right : left <= right
}

export const weightOf = (weight: Weight, row: MeasureRow): number => (weight === 1 ? 1 : COUNTS[weight](row))

/**
 * SQL with its values beside it: text between them, one more piece of text than values, as a template literal has them. Kysely takes it
 * as `sql(parts as TemplateStringsArray, ...values)`, `numbered` makes text with $n of it.
 */
export interface SqlFragment {
  parts: readonly string[]
  values: readonly unknown[]
}

/** The fragment as text with `$n` placeholders, counting from `first`. */
export const numbered = ({ parts }: SqlFragment, first = 1): string =>
  parts.map((part, i) => (i === 0 ? part : `$${first + i - 1}${part}`)).join('')

/** Collects text and values of one fragment; `column` puts the alias of the case row before a name. */
export class SqlWriter {
  readonly #parts: string[] = ['']
  readonly #values: unknown[] = []
  readonly #alias: string
  readonly #now: Date | null

  /** Without `now` an expression that asks for the present is refused: it has no place in what is kept. */
  constructor(alias: string, now: Date | null = null) {
    if (!/^[a-z_]*$/.test(alias)) throw new Error(`alias ${alias}`)
    this.#alias = alias === '' ? '' : `${alias}.`
    this.#now = now
  }

  text(text: string): this {
    this.#parts[this.#parts.length - 1] += text
    return this
  }

  value(value: unknown, type: string): this {
    this.#values.push(value)
    this.#parts.push(`::${type}`)
    return this
  }

  column(name: string): this {
    return this.text(`${this.#alias}${name}`)
  }

  instant(expr: InstantExpr): this {
    if ('column' in expr) return this.column(expr.column)
    if ('now' in expr) {
      if (!this.#now) throw new Error('a measure of the present is not kept by day')
      return this.value(this.#now, 'timestamptz')
    }
    const [word, parts] = 'coalesce' in expr ? (['coalesce', expr.coalesce] as const) : (['least', expr.least] as const)
    this.text(`${word}(`)
    for (const [i, part] of parts.entries()) this.text(i === 0 ? '' : ', ').instant(part)
    return this.text(')')
  }

  condition(condition: Condition): this {
    if ('flag' in condition) return this.column(condition.flag)
    // Statuses are words of the flow table, never input.
    if ('status' in condition) return this.column('status').text(` in (${condition.status.map((s) => `'${s}'`).join(', ')})`)
    if ('known' in condition) return this.instant(condition.known).text(' is not null')
    if ('some' in condition) return this.column(condition.some).text(' > 0')
    if ('not' in condition) return this.text('not (').condition(condition.not).text(')')
    if ('all' in condition || 'any' in condition) {
      const [joiner, parts] = 'any' in condition ? ([' or ', condition.any] as const) : ([' and ', condition.all] as const)
      if (parts.length === 0) return this.text('any' in condition ? 'false' : 'true')
      this.text('(')
      for (const [i, part] of parts.entries()) this.text(i === 0 ? '' : joiner).condition(part)
      return this.text(')')
    }
    const [a, b] = 'before' in condition ? condition.before : condition.atMost
    return this.instant(a)
      .text('before' in condition ? ' < ' : ' <= ')
      .instant(b)
  }

  weight(weight: Weight): this {
    return weight === 1 ? this.text('1') : this.column(weight)
  }

  fragment(): SqlFragment {
    return { parts: this.#parts, values: this.#values }
  }
}
