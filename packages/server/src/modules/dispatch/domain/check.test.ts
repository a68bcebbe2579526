import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type CaseCount, type CheckedCity, type CheckedClass, checkRules, type Findings } from './check.ts'
import { anyRules, CLASSES, COMMUNITIES, DIRECTORY, DUTY_GRIDS, NOW, REF, rule, STREETS } from './example.testing.ts'
import { compileRules } from './resolver.ts'
import { inForce, type Place, type Rule } from './rules.ts'

const CITY: CheckedCity = {
  streets: STREETS.map((code) => ({ code, districtCode: code.slice(0, 6) })),
  communities: COMMUNITIES.map((code) => ({ code, streetCode: code.slice(0, 9) })),
  dutyGrids: DUTY_GRIDS
}
const ALL: CheckedClass[] = CLASSES.map((code) => ({ standardRef: REF, kind: 'matter', code, name: code }))

function check(rules: Rule[], counts: CaseCount[] = [], classes = ALL): Findings {
  const work = checkRules(compileRules(rules, DIRECTORY, NOW), classes, CITY, counts)
  for (;;) {
    const step = work.next()
    if (step.done) return step.value
  }
}
const count = (classCode: string, streetCode: string, cases: number, communityCode: string | null = null): CaseCount => ({
  standardRef: REF,
  kind: 'matter',
  classCode,
  streetCode,
  communityCode,
  dutyGrids: [],
  cases
})

describe('gaps', () => {
  test('a class without a rule is a gap everywhere, with the cases it costs', () => {
    const { gaps } = check([rule('one', { classes: ['01'] })], [count('02001', STREETS[0]!, 3), count('01001', STREETS[0]!, 9)])
    expect(gaps.map((g) => [g.classCode, g.why, g.everywhere, g.cases])).toEqual([
      ['02001', 'noRule', true, 3],
      ['02002', 'noRule', true, 0]
    ])
  })
  test('a street without a station is a gap of the rule that names it', () => {
    const { gaps } = check([rule('station', { classes: ['01', '02'], target: 'street' })])
    expect(gaps).toHaveLength(CLASSES.length)
    expect(gaps[0]).toMatchObject({ why: 'missing', ruleIds: ['station'], streetCodes: [STREETS[3]], everywhere: false })
  })
})

describe('overlaps', () => {
  test('only where the units differ', () => {
    const rules = [
      rule('a', { classes: ['01', '02'] }),
      rule('b', { classes: ['01001'], areas: ['370202'] }),
      rule('c', { classes: ['01001'], areas: ['370202'], target: 'unit:power' }),
      rule('d', { classes: ['02'], target: 'id:water' })
    ]
    const { overlaps } = check(rules, [count('01001', STREETS[0]!, 4), count('01001', STREETS[2]!, 5)])
    expect(overlaps).toEqual([
      {
        ruleIds: ['b', 'c'],
        unitIds: ['id:water', 'id:power'],
        classes: [{ standardRef: REF, kind: 'matter', classCode: '01001' }],
        streetCodes: STREETS.slice(0, 2),
        cases: 4
      }
    ])
  })
})

describe('dead rules', () => {
  test('each with its cause', () => {
    const rules = [
      rule('alive', { classes: ['01', '02'] }),
      rule('unknownClass', { classes: ['77'] }),
      rule('unknownArea', { areas: ['110101'] }),
      rule('inactive', { classes: ['02'], target: 'unit:gone' }),
      rule('nobody', { classes: ['02'], target: 'unit:nobody' }),
      rule('shadowed', { classes: ['01'], areas: ['370202'] }),
      rule('over1', { classes: ['01'], areas: [STREETS[0]!], target: 'unit:power' }),
      rule('over2', { classes: ['01001', '01002'], areas: [STREETS[1]!], target: 'unit:power' })
    ]
    const { dead } = check(rules, [count('01001', STREETS[0]!, 2), count('01001', STREETS[2]!, 7)])
    expect(Object.fromEntries(dead.map((d) => [d.ruleId, d.why]))).toEqual({
      unknownClass: 'unknownClass',
      unknownArea: 'unknownArea',
      inactive: 'inactiveUnit',
      nobody: 'unknownUnit',
      shadowed: 'shadowed'
    })
    expect(dead.find((d) => d.ruleId === 'shadowed')).toMatchObject({ shadowedBy: ['over1', 'over2'], cases: 2 })
  })
  test('a street rule is dead when each of its communities has its own', () => {
    const parts = COMMUNITIES.filter((c) => c.startsWith(STREETS[0]!)).map((c) => rule(c, { areas: [c] }))
    const street = rule('street', { areas: [STREETS[0]!] })
    expect(check([street, ...parts]).dead.map((d) => d.ruleId)).toEqual(['street'])
    expect(check([street, parts[0]!]).dead).toEqual([])
  })
})

test('the checker finds what walking every place by hand finds', () => {
  fc.assert(
    fc.property(anyRules, (rules) => {
      const index = compileRules(rules, DIRECTORY, NOW)
      const named = new Set(index.rules.flatMap((r) => r.areas ?? []))
      const heard = new Set<string>()
      const gaps = new Set<string>()
      const overlaps = new Set<string>()
      const visit = (c: CheckedClass, streetCode: string, place: Place) => {
        const { winners } = index.trace(c.standardRef, c.kind, c.code, place)
        for (const w of winners) heard.add(w.rule.id)
        if (winners.length === 0) gaps.add(`${c.code} ${streetCode}`)
        if (new Set(winners.map((w) => w.unitId)).size > 1)
          overlaps.add([...new Set(winners.map((w) => w.rule.id))].sort().join())
      }
      const classes = [...ALL, ...ALL.map((c) => ({ ...c, kind: 'component' as const }))]
      for (const c of classes) {
        for (const { code: streetCode, districtCode } of CITY.streets) {
          const inside = COMMUNITIES.filter((x) => x.startsWith(streetCode))
          const base = { districtCode, streetCode, dutyGrids: [] }
          if (!inside.some((x) => named.has(x))) visit(c, streetCode, { ...base, communityCode: null })
          else for (const communityCode of inside) visit(c, streetCode, { ...base, communityCode })
          for (const g of DUTY_GRIDS) {
            if (g.streetCode !== streetCode || !named.has(`grid:${g.code}`)) continue
            visit(c, streetCode, { ...base, communityCode: null, dutyGrids: [g.code] })
          }
        }
      }
      const found = check(rules, [], classes)
      expect(new Set(found.gaps.flatMap((g) => g.streetCodes.map((s) => `${g.classCode} ${s}`)))).toEqual(gaps)
      expect(new Set(found.overlaps.map((o) => o.ruleIds.join()))).toEqual(overlaps)
      expect(found.dead.map((d) => d.ruleId).sort()).toEqual(
        rules
          .filter((r) => inForce(r, NOW) && !heard.has(r.id))
          .map((r) => r.id)
          .sort()
      )
      for (const d of found.dead) {
        if (d.why === 'shadowed') expect(d.shadowedBy).not.toContain(d.ruleId)
      }
    }),
    { numRuns: 400 }
  )
})
