import type { ReadingBatch } from '@chengyun/contract/streams'
import { expect, test } from 'vitest'
import type { Receipt } from '../ports.ts'
import { Funnel } from './funnel.ts'

const turn = (ms = 0) => new Promise((done) => setTimeout(done, ms))
const NOTHING: Receipt = { stored: 0, repeated: 0, late: 0, refused: [] }

test('many waiters, one batch, an answer each; what is refused is told to whose it was', async () => {
  const batches: ReadingBatch[] = []
  const intake = {
    submit: async (batch: ReadingBatch) => {
      batches.push(batch)
      return { ...NOTHING, refused: [{ index: 3, code: 'STREAMS_TOO_OLD' }] }
    }
  }
  const funnel = new Funnel(intake, () => undefined)
  const told: [number, readonly string[]][] = []
  const waiter = { settled: (id: number, refused: readonly string[]) => void told.push([id, refused]) }
  for (let who = 0; who < 300; who++) {
    funnel.push(who, who, who, Number.NaN, 0)
    if (who === 2) funnel.push(1000, 5, 120.3, 36.1, 0)
    funnel.seal(waiter, who)
  }
  funnel.seal(waiter, 999)
  expect(told).toEqual([[999, []]])
  await turn(20)
  expect(batches).toHaveLength(1)
  expect(batches[0]).toMatchObject({ length: 301 })
  expect(batches[0]!.values2![3]).toBe(36.1)
  expect(told).toHaveLength(301)
  expect(told.find(([id]) => id === 2)?.[1]).toEqual(['STREAMS_TOO_OLD'])
  expect(told.filter(([, refused]) => refused.length > 0)).toHaveLength(1)
})

test('while the intake does not take it nobody is answered, and nothing is lost when it does again', async () => {
  let isOpen = false
  const stored: number[] = []
  const intake = {
    submit: async (batch: ReadingBatch) => {
      if (!isOpen) throw new Error('the database is away')
      stored.push(...batch.values.subarray(0, batch.length))
      return NOTHING
    }
  }
  let faults = 0
  const funnel = new Funnel(intake, () => {
    faults += 1
  })
  const told: number[] = []
  for (let round = 0; round < 5; round++) {
    funnel.push(1, round, round, Number.NaN, 0)
    funnel.seal({ settled: (id) => void told.push(id) }, round)
    await turn(5)
  }
  expect(told).toEqual([])
  expect(faults).toBeGreaterThan(0)
  isOpen = true
  await turn(600)
  expect(told.sort()).toEqual([0, 1, 2, 3, 4])
  expect(stored.sort()).toEqual([0, 1, 2, 3, 4])
  funnel.close()
})
