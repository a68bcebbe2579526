import { closeSync, existsSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import type { CaseStatus, OperationKey } from '@chengyun/contract/cases'

/** First line of a journal: what the run was and how the city stood before it. */
export interface RunStart {
  kind: 'run'
  file: string
  system: string
  seed: string
  url: string
  startedAt: string
  /** Counts of the overview before the first order. */
  before: Record<string, number>
  fromDay: string
}

/** One acknowledged transition: the server answered that case `id` stands at `version` after `op`. */
export interface Ack {
  kind: 'ack'
  no: string
  id: string
  caseNo: string
  op: OperationKey
  version: number
  status: CaseStatus
  requestKind: string | null
  needVisit?: boolean
  checkFailed?: boolean
}

/** An order that stopped where it should not have. */
export interface Failure {
  kind: 'failure'
  no: string
  row: number
  op: string
  code: string
  message: string
}

type Line = RunStart | Ack | Failure

/**
 * What the server acknowledged, one JSON object a line, written before the next request of the order goes out. It is what a resumed
 * replay goes on from and what the end of a replay is checked against.
 */
export class Journal {
  readonly path: string
  readonly #file: number
  readonly start: RunStart | null
  readonly acks = new Map<string, Ack[]>()

  constructor(path: string, resume: boolean) {
    this.path = path
    mkdirSync(dirname(path), { recursive: true })
    const lines = resume && existsSync(path) ? linesOf(path) : []
    this.start = lines.find((l): l is RunStart => l.kind === 'run') ?? null
    for (const line of lines) if (line.kind === 'ack') this.#remember(line)
    this.#file = openSync(path, this.start ? 'a' : 'w')
  }

  begin(start: Omit<RunStart, 'kind'>): void {
    this.#write({ kind: 'run', ...start })
  }

  acknowledge(ack: Omit<Ack, 'kind'>): void {
    const line: Ack = { kind: 'ack', ...ack }
    this.#remember(line)
    this.#write(line)
  }

  fail(failure: Omit<Failure, 'kind'>): void {
    this.#write({ kind: 'failure', ...failure })
  }

  close(): void {
    closeSync(this.#file)
  }

  #remember(ack: Ack): void {
    const list = this.acks.get(ack.no)
    if (list) list.push(ack)
    else this.acks.set(ack.no, [ack])
  }

  #write(line: Line): void {
    writeSync(this.#file, `${JSON.stringify(line)}\n`)
  }
}

/** Lines of a journal; a last one that was cut off by the end of its process counts as not written. */
function linesOf(path: string): Line[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .flatMap((text) => {
      try {
        return text === '' ? [] : [JSON.parse(text) as Line]
      } catch {
        return []
      }
    })
}
