import { once } from 'node:events'
import { createWriteStream, type WriteStream } from 'node:fs'
import type { SimEvent } from './world.ts'

/** What is really so about one case, beside the product and never in it: what predictions are measured against. */
export interface TruthLabel {
  seed: string
  event: string
  at: string
  caseId: string
  caseNo: string
  trueKind: string
  trueClass: string
  reportedClass: string
  /** The unit responsible for the true class at this place; null when the rules name none. */
  trueUnitId: string | null
  trueUnitName: string | null
  /** Event this one repeats, and its case where it is known. */
  duplicateOf: string | null
  duplicateOfCase: string | null
  ghost: boolean
  intendedLate: boolean
  /** Names of the things that go wrong by intention. */
  mistakes: string[]
}

const MISTAKES = [
  'wrongClass',
  'wrongUnit',
  'backToAcceptor',
  'handlerReturns',
  'deptRejects',
  'dispatcherReworks',
  'failedCheck',
  'extend',
  'suspend',
  'force'
] as const

/** The label of an event that became a case. */
export function labelOf(
  seed: string,
  event: SimEvent,
  made: { id: string; caseNo: string },
  unit: { id: string | null; name: string | null },
  duplicateOfCase: string | null
): TruthLabel {
  const { story } = event
  return {
    seed,
    event: event.id,
    at: new Date(event.at).toISOString(),
    caseId: made.id,
    caseNo: made.caseNo,
    trueKind: event.matter.kind,
    trueClass: event.matter.code,
    reportedClass: event.reportedCode,
    trueUnitId: unit.id,
    trueUnitName: unit.name,
    duplicateOf: event.duplicateOf,
    duplicateOfCase,
    ghost: story.ghost,
    intendedLate: story.late,
    mistakes: MISTAKES.filter((name) => story[name] && (name !== 'backToAcceptor' || story.wrongUnit))
  }
}

/** Appends labels to a file, one JSON object a line. */
export class TruthFile {
  readonly #out: WriteStream

  constructor(path: string) {
    this.#out = createWriteStream(path, { flags: 'a', mode: 0o600 })
    // A full disk must not end the city; the run is only without labels from here on.
    this.#out.on('error', (error) => process.stderr.write(`simulator: truth file: ${error.message}\n`))
  }

  write(label: TruthLabel): void {
    this.#out.write(`${JSON.stringify(label)}\n`)
  }

  async close(): Promise<void> {
    if (this.#out.destroyed) return
    this.#out.end()
    await once(this.#out, 'close')
  }
}
