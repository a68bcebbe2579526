import { describe, expect, test } from 'vitest'
import { bursts, type Complaint, discoveries, explain, type Surveillance, tail } from './index.ts'

const HOUR = 3_600_000
const FROM = Date.UTC(2026, 0, 1)
const DAYS = 21
const NOW = FROM + DAYS * 24 * HOUR

/** Numbers that look random and are the same every time (mulberry32). */
function random(seed: number): () => number {
  let a = seed
  return () => {
    a = (a + 0x6d2b79f5) | 0
    let t = Math.imul(a ^ (a >>> 15), 1 | a)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

/** 300 stations of 200–3,000 customers; people complain by day and when it is cold. The last night is the coldest. */
function city(seed: number): Surveillance {
  const next = random(seed)
  const sources = Array.from({ length: 300 }, () => ({ customers: 200 + Math.floor(next() * 2800) }))
  const habit = sources.map(() => 0.5 + next())
  const temperature = (hour: number) => (hour * HOUR >= NOW - 24 * HOUR ? -11 : -2 + 5 * Math.sin(hour / 24))
  const hourOfDay = (at: number) => new Date(at + 8 * HOUR).getUTCHours()
  const complaints: Complaint[] = []
  for (let at = FROM; at < NOW; at += HOUR) {
    const cold = Math.exp(-temperature(at / HOUR) / 8)
    const awake = hourOfDay(at) < 7 ? 0.2 : 1
    sources.forEach((s, source) => {
      if (next() < s.customers * 2e-6 * cold * awake * habit[source]!) complaints.push({ at: at + next() * HOUR, source })
    })
  }
  return { sources, complaints, temperature, hourOfDay, from: FROM, now: NOW, windowH: 24, falseShare: 0.05 }
}

describe('chance', () => {
  test('the tail of a known rate is that of Poisson, an unknown rate has a longer one', () => {
    expect(tail(3, 1, 1e7, 1e7)).toBeCloseTo(1 - Math.exp(-1) * 2.5, 5)
    expect(tail(10, 2, 5, 5)).toBeGreaterThan(tail(10, 2, 1e7, 1e7))
    expect(tail(0, 3, 5, 5)).toBe(1)
  })
  test('discoveries are those of Benjamini and Hochberg', () => {
    expect(discoveries([0.01, 0.9, 0.021, 0.04, 0.5], 0.05)).toEqual([true, false, false, false, false])
    expect(discoveries([0.01, 0.9, 0.018, 0.029, 0.5], 0.05)).toEqual([true, false, true, true, false])
  })
})

describe('bursts of complaints', () => {
  test('an ordinary cold night is nobody’s burst: twenty cities without a failure', () => {
    const found = Array.from({ length: 20 }, (_, i) => bursts(city(100 + i)).length)
    expect(found.filter((n) => n > 0).length).toBeLessThanOrEqual(2)
  })

  test('a permutation null returns nothing: the same complaints, dealt out by customers', () => {
    const real = withFailure(city(7), 42, 17)
    const next = random(99)
    const total = real.sources.reduce((sum, s) => sum + s.customers, 0)
    const deal = () => {
      let left = next() * total
      return real.sources.findIndex((s) => {
        left -= s.customers
        return left <= 0
      })
    }
    for (let round = 0; round < 20; round++)
      expect(bursts({ ...real, falseShare: 0.01, complaints: real.complaints.map((c) => ({ ...c, source: deal() })) })).toEqual(
        []
      )
  })

  test('a failing station is found, and said to explain its complaints with its lag', () => {
    const real = withFailure(city(7), 42, 17)
    const [first, ...others] = bursts(real)
    expect(others).toEqual([])
    expect(first).toMatchObject({ source: 42 })
    expect(first!.observed).toBeGreaterThanOrEqual(17)
    expect(first!.expected).toBeLessThan(4)
    const failed = NOW - 3 * HOUR
    const shortfall = (source: number, at: number) => (source === 42 && at >= failed ? 12 : 0.5)
    const why = explain(first!, real.complaints, shortfall, { now: NOW, enough: 5 })
    expect(why.verdict).toBe('explained')
    expect(why.lagMinutes).toBeGreaterThan(25)
    expect(why.lagMinutes).toBeLessThan(130)
    expect(explain(first!, real.complaints, () => 0.5, { now: NOW, enough: 5 })).toMatchObject({
      verdict: 'notExplained',
      lagMinutes: null
    })
    expect(explain(first!, real.complaints, () => Number.NaN, { now: NOW, enough: 5 }).verdict).toBe('unknown')
  })

  test('nothing is said before there is a day to learn from', () => {
    expect(bursts({ ...city(7), from: NOW - 30 * HOUR })).toEqual([])
  })
})

/** So many more complaints about one station within the last two hours, from 40 minutes after it failed on. */
function withFailure(s: Surveillance, source: number, more: number): Surveillance {
  const next = random(5)
  const added = Array.from({ length: more }, () => ({ at: NOW - 3 * HOUR + 40 * 60_000 + next() * 80 * 60_000, source }))
  return { ...s, complaints: [...s.complaints, ...added] }
}
