import { expect, test } from 'vitest'
import { gather } from './gather.ts'

const immediate = () => new Promise((done) => setImmediate(done))
/** Long enough for a round that ended and the one that follows it. */
const turn = async () => {
  for (let i = 0; i < 3; i++) await immediate()
}

/** A gatherer whose rounds end when told, and the rounds it made. */
function held(max = 3) {
  const rounds: { items: string[]; end(answer?: Error): void }[] = []
  const ask = gather<string, string>({
    max,
    keyOf: (item) => item[0]!,
    run: (items) =>
      new Promise((resolve, reject) => {
        rounds.push({
          items: [...items],
          end: (answer) => (answer ? reject(answer) : resolve(items.map((i) => i.toUpperCase())))
        })
      })
  })
  return { rounds, ask }
}

test('who comes alone is served at once, who comes meanwhile goes together in the next round', async () => {
  const { rounds, ask } = held()
  const first = ask('a')
  await turn()
  expect(rounds.map((r) => r.items)).toEqual([['a']])
  const later = [ask('b'), ask('c'), ask('d'), ask('e')]
  await turn()
  expect(rounds).toHaveLength(1)
  rounds[0]!.end()
  expect(await first).toBe('A')
  await turn()
  expect(rounds[1]!.items).toEqual(['b', 'c', 'd'])
  rounds[1]!.end()
  await turn()
  expect(rounds[2]!.items).toEqual(['e'])
  rounds[2]!.end()
  expect(await Promise.all(later)).toEqual(['B', 'C', 'D', 'E'])
})

test('items of one key never share a round', async () => {
  const { rounds, ask } = held()
  const both = [ask('a1'), ask('a2'), ask('b')]
  await turn()
  expect(rounds[0]!.items).toEqual(['a1', 'b'])
  rounds[0]!.end()
  await turn()
  expect(rounds[1]!.items).toEqual(['a2'])
  rounds[1]!.end()
  expect(await Promise.all(both)).toEqual(['A1', 'A2', 'B'])
})

test('one bad item spoils nobody else: a round that fails is tried item by item', async () => {
  const tried: string[][] = []
  const ask = gather<string, string>({
    max: 8,
    keyOf: (item) => item,
    run: async (items) => {
      tried.push([...items])
      if (items.includes('bad')) throw Object.assign(new Error('refused'), { code: '23505' })
      return items.map((i) => i.toUpperCase())
    }
  })
  const answers = await Promise.allSettled([ask('a'), ask('bad'), ask('c')])
  expect(answers.map((a) => (a.status === 'fulfilled' ? a.value : (a.reason as Error).message))).toEqual(['A', 'refused', 'C'])
  expect(tried).toEqual([['a', 'bad', 'c'], ['a'], ['bad'], ['c']])
})

test('when the database is gone all are told at once, not one after the other', async () => {
  let tries = 0
  const ask = gather<string, string>({
    max: 8,
    keyOf: (item) => item,
    run: async () => {
      tries += 1
      throw Object.assign(new Error('no connection'), { code: 'ECONNREFUSED' })
    }
  })
  const answers = await Promise.allSettled([ask('a'), ask('b'), ask('c')])
  expect(answers.map((a) => a.status)).toEqual(['rejected', 'rejected', 'rejected'])
  expect(tries).toBe(1)
})

test('a round that hangs holds up nobody', async () => {
  const { rounds, ask } = held()
  void ask('a')
  await turn()
  const other = ask('b')
  await expect.poll(() => rounds.length).toBe(2)
  rounds[1]!.end()
  expect(await other).toBe('B')
})
