import { readFileSync } from 'node:fs'
import type { ClassTableFile, Condition, ConditionFile, MappingFile } from '@chengyun/contract/cases'
import { describe, expect, it } from 'vitest'
import { makeClassTable, makeUpgrade } from './codes.ts'
import { carryOver, limitFor } from './conditions.ts'

const read = <T>(name: string): T =>
  JSON.parse(readFileSync(new URL(`../../../../../../cities/_codes/${name}`, import.meta.url), 'utf8')) as T
const { conditions } = read<ConditionFile>('conditions-demo.json')
const table = makeClassTable(read<ClassTableFile>('gbt47678.5-2026.json'))
const upgrade = makeUpgrade(read<MappingFile>('mapping-2013-2026.json'))
const carried = carryOver(conditions, upgrade, table)
const of = (kind: string, code: string): Condition[] => carried.conditions.filter((c) => c.kind === kind && c.code === code)

describe('the demonstration conditions', () => {
  it('has 92 component classes with 375 conditions and 98 event classes with 144', () => {
    const count = (kind: string) => conditions.filter((c) => c.kind === kind)
    const minors = (kind: string) => new Set(count(kind).map((c) => c.code)).size
    expect([minors('component'), count('component').length]).toEqual([92, 375])
    expect([minors('matter'), count('matter').length]).toEqual([98, 144])
    expect(new Set(conditions.map((c) => c.id)).size).toBe(519)
  })

  it('tells the cover kinds apart where the common row does', () => {
    const at = (code: string, sort: number) =>
      conditions.find((c) => c.kind === 'component' && c.code === code && c.sort === sort)
    expect(at('0101', 2)?.limits).toEqual([{ kind: 'work_hour', value: 4 }])
    expect(at('0111', 2)?.limits).toEqual([{ kind: 'work_day', value: 1 }])
    expect(at('0110', 4)?.condition).toContain('>3cm')
    expect(at('0111', 4)?.condition).toContain('>4cm')
  })
})

describe('carryOver', () => {
  it('gives every 2026 class at least one condition, with unique ids', () => {
    for (const cls of table.classes) expect(of(cls.kind, cls.code).length).toBeGreaterThan(0)
    expect(new Set(carried.conditions.map((c) => c.id)).size).toBe(carried.conditions.length)
  })

  it('carries a component condition to the component and to its matter', () => {
    expect(of('component', '01001')).toHaveLength(4)
    expect(of('matter', '01001').map((c) => c.condition)).toEqual(of('component', '01001').map((c) => c.condition))
    expect(of('matter', '06010')[0]).toMatchObject({ limits: [{ kind: 'work_hour', value: 4 }], origin: '2013-E0110-1' })
  })

  it('moves by mapping and by name, never by local number', () => {
    expect(of('component', '01069')).toHaveLength(6)
    expect(of('matter', '06048')).toHaveLength(2)
    expect(of('matter', '06042')[0]?.origin).toBe('2013-E0192-1')
    expect(of('component', '01061')[0]?.origin).toBe('2013-P0192-1')
    const renumbered = conditions.map((c) => (c.className === '垃圾满溢' ? { ...c, code: '0198' } : c))
    expect(carryOver(renumbered, upgrade, table).conditions.find((c) => c.code === '06042')?.default).toBeUndefined()
  })

  it('loses none: each is carried over or returned with its reason', () => {
    const origins = new Set(carried.conditions.map((c) => c.origin).filter(Boolean))
    for (const { condition } of carried.unplaced) expect(origins.has(condition.id)).toBe(false)
    const merged = conditions.filter((c) => !origins.has(c.id) && !carried.unplaced.some((u) => u.condition.id === c.id))
    // Only exact repetitions of a condition that its class already has.
    for (const c of merged) expect(carried.conditions.some((o) => o.condition === c.condition)).toBe(true)
    expect(carried.unplaced.filter((u) => u.reason === 'deleted').map((u) => u.condition.code)).toContain('0501')
  })

  it('marks the defaults', () => {
    const marked = carried.conditions.filter((c) => c.default)
    expect(marked).toHaveLength(carried.defaulted)
    expect(of('component', '01058')).toMatchObject([{ default: true, limits: [{ kind: 'work_day', value: 3 }] }])
  })
})

describe('limitFor', () => {
  const limits: Condition['limits'] = [
    { kind: 'work_day', value: 3 },
    { kind: 'work_day', value: 1, regionClass: 'A' },
    { kind: 'work_hour', value: 6, mode: 'majorEvent' },
    { kind: 'urgent_hour', value: 2, regionClass: 'A', mode: 'wartime' }
  ]
  it.each([
    [null, 'normal', 'work_day', 3, 'base', false],
    ['B', 'normal', 'work_day', 3, 'base', false],
    ['A', 'normal', 'work_day', 1, 'region', false],
    ['A', 'majorEvent', 'work_hour', 6, 'mode', false],
    ['A', 'wartime', 'urgent_hour', 2, 'region-and-mode', false],
    ['B', 'wartime', 'urgent_day', 3, 'base', true],
    [null, 'wartime', 'urgent_day', 3, 'base', true]
  ] as const)('%s in %s: %s %i from %s', (region, mode, kind, value, source, urgentByMode) => {
    expect(limitFor({ limits }, region, mode)).toEqual({ kind, value, source, urgentByMode })
  })

  it('keeps urgent limits urgent in wartime and never leaves a case without a limit', () => {
    expect(limitFor({ limits: [{ kind: 'urgent_hour', value: 2 }] }, 'A', 'wartime')).toMatchObject({
      kind: 'urgent_hour',
      urgentByMode: false
    })
    expect(limitFor({ limits: [{ kind: 'work_day', value: 1, regionClass: 'A' }] }, 'C', 'normal')).toMatchObject({
      value: 1,
      source: 'base'
    })
  })
})
