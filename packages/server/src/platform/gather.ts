import { assertOutsideTransaction } from './db.ts'

const PATIENCE_MS = 50
const MOST_OPEN = 8

interface Waiting<T, R> {
  item: T
  resolve(value: R): void
  reject(error: unknown): void
}

/** SQLSTATE classes that speak of the statement's data: bad values, broken constraints, serialization, limits of a row. */
const isForContent = (error: unknown): boolean =>
  /^(22|23|40|54|P0)[0-9A-Z]{3}$/.test(String((error as { code?: unknown })?.code))

/**
 * Makes one call of many: what is asked for while a round is under way waits for the next and goes together, so that a round trip, a
 * statement's start and a flush of the log are paid once for all of them. Who comes alone is served at once. A round that takes
 * longer than PATIENCE_MS (a row that somebody holds) holds up nobody else: the next starts beside it.
 *
 * `run` answers for every item, in order. When the database refuses a round for what is in it, each item is tried alone, so that one
 * bad item spoils nobody's; when it is gone, all are told at once. Items with the same key never share a round.
 * Throws OUTER_HANDLE_IN_TRANSACTION inside a transaction.
 */
export function gather<T, R>(options: {
  run(items: readonly T[]): Promise<readonly R[]>
  /** Items of one round at most. */
  max: number
  keyOf(item: T): string
}): (item: T) => Promise<R> {
  let waiting: Waiting<T, R>[] = []
  /** Rounds that the next one waits for, and rounds that have not ended. */
  let inTheWay = 0
  let open = 0
  let planned = false

  const take = (): Waiting<T, R>[] => {
    const batch: Waiting<T, R>[] = []
    const later: Waiting<T, R>[] = []
    const seen = new Set<string>()
    for (const w of waiting) {
      const key = options.keyOf(w.item)
      if (batch.length >= options.max || seen.has(key)) later.push(w)
      else {
        seen.add(key)
        batch.push(w)
      }
    }
    waiting = later
    return batch
  }

  const serve = async (batch: readonly Waiting<T, R>[]): Promise<void> => {
    try {
      const answers = await options.run(batch.map((w) => w.item))
      batch.forEach((w, i) => {
        w.resolve(answers[i]!)
      })
    } catch (error) {
      if (batch.length > 1 && isForContent(error)) for (const w of batch) await serve([w])
      else for (const w of batch) w.reject(error)
    }
  }

  const mayStart = (): boolean => waiting.length > 0 && inTheWay === 0 && open < MOST_OPEN

  const flush = (): void => {
    planned = false
    if (!mayStart()) return
    inTheWay += 1
    open += 1
    let counted = true
    const step = () => {
      if (counted) inTheWay -= 1
      counted = false
      plan()
    }
    const patience = setTimeout(step, PATIENCE_MS)
    void serve(take()).finally(() => {
      clearTimeout(patience)
      open -= 1
      step()
    })
  }

  // After the events of this turn: requests that arrived together go together.
  const plan = (): void => {
    if (planned || !mayStart()) return
    planned = true
    setImmediate(flush)
  }

  return (item) => {
    assertOutsideTransaction()
    return new Promise<R>((resolve, reject) => {
      waiting.push({ item, resolve, reject })
      plan()
    })
  }
}
