import type { DryRunMove, DryRunResult, Outcome } from '@chengyun/contract/dispatch'
import type { Answer, Question, ResponsibilityIndex } from './resolver.ts'
import type { Directory } from './rules.ts'

/** Cases that are alike for every rule, summed by the database. */
export interface CaseGroup extends Question {
  /** Who really got them. */
  unitId: string | null
  cases: number
  samples: readonly string[]
}

const MOVES_LISTED = 200
const SAMPLES = 5

type Side = keyof Pick<DryRunResult, 'before' | 'after'>

/** Weighs one change set on cases: feed it groups, then ask for the result. */
export class DryRun {
  readonly #before: ResponsibilityIndex
  readonly #after: ResponsibilityIndex
  readonly #outcome: Record<Side, Outcome> = { before: zero(), after: zero() }
  readonly #asDispatched = { before: 0, after: 0 }
  readonly #byUnit = new Map<string, { before: number; after: number }>()
  readonly #moves = new Map<string, DryRunMove>()
  #cases = 0
  #changed = 0

  constructor(before: ResponsibilityIndex, after: ResponsibilityIndex) {
    this.#before = before
    this.#after = after
  }

  add(group: CaseGroup): void {
    const was = this.#before.resolve(group)
    const is = this.#after.resolve(group)
    this.#cases += group.cases
    this.#count('before', was, group)
    this.#count('after', is, group)
    if (was.unitId === is.unitId && was.basis === is.basis && sameCandidates(was, is)) return
    this.#changed += group.cases
    const key = [was.unitId, was.basis, is.unitId, is.basis].join('|')
    const move = this.#moves.get(key) ?? moveOf(was, is, this.#after.directory)
    move.cases += group.cases
    for (const no of group.samples) if (move.samples.length < SAMPLES && !move.samples.includes(no)) move.samples.push(no)
    this.#moves.set(key, move)
  }

  #count(side: Side, answer: Answer, group: CaseGroup): void {
    const { unitId, basis } = answer
    this.#outcome[side][unitId !== null ? 'unique' : basis === 'none' ? 'none' : 'ambiguous'] += group.cases
    if (unitId === null) return
    if (unitId === group.unitId) this.#asDispatched[side] += group.cases
    const sums = this.#byUnit.get(unitId) ?? { before: 0, after: 0 }
    sums[side] += group.cases
    this.#byUnit.set(unitId, sums)
  }

  result(): DryRunResult {
    const moves = [...this.#moves.values()].sort((a, b) => b.cases - a.cases)
    const byUnit = [...this.#byUnit]
      .map(([unitId, sums]) => ({ unitId, unitName: nameOf(this.#after.directory, unitId), ...sums }))
      .sort((a, b) => b.after + b.before - (a.after + a.before))
    return {
      cases: this.#cases,
      changed: this.#changed,
      before: { ...this.#outcome.before },
      after: { ...this.#outcome.after },
      asDispatched: { ...this.#asDispatched },
      byUnit,
      moves: moves.slice(0, MOVES_LISTED),
      movesLeftOut: Math.max(0, moves.length - MOVES_LISTED)
    }
  }
}

const zero = (): Outcome => ({ unique: 0, ambiguous: 0, none: 0 })

const sameCandidates = (a: Answer, b: Answer): boolean =>
  a.candidates.length === b.candidates.length && a.candidates.every((c) => b.candidates.some((d) => d.unitId === c.unitId))

const nameOf = (directory: Directory, unitId: string | null): string | null =>
  unitId === null ? null : (directory.units.get(unitId)?.name ?? null)

const moveOf = (was: Answer, is: Answer, directory: Directory): DryRunMove => ({
  fromUnitId: was.unitId,
  fromUnitName: nameOf(directory, was.unitId),
  fromBasis: was.basis,
  toUnitId: is.unitId,
  toUnitName: nameOf(directory, is.unitId),
  toBasis: is.basis,
  cases: 0,
  samples: []
})
