import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { anyQuestion, anyRules, DIRECTORY, NOW, question, rule } from './example.testing.ts'
import { compileOwners, compileRules, placeOf, type Question } from './resolver.ts'
import { inForce, type Rule, unitOfTarget } from './rules.ts'

const ask = (rules: Rule[], part: Partial<Question> = {}, owners: { component: string; unitId: string }[] = []) =>
  compileRules(rules, DIRECTORY, NOW, compileOwners(owners)).resolve(question(part))

describe('who is responsible', () => {
  test('the more exact class wins over the more exact area', () => {
    const rules = [rule('major', { areas: ['370202001'], target: 'unit:power' }), rule('minor', { classes: ['01001'] })]
    expect(ask(rules)).toMatchObject({ unitId: 'id:water', basis: 'rule', ruleId: 'minor' })
    expect(ask(rules, { classCode: '01002' })).toMatchObject({ unitId: 'id:power', ruleId: 'major' })
  })

  test('community before street before district before city', () => {
    const rules = [
      rule('city'),
      rule('district', { areas: ['370202'], target: 'district:law' }),
      rule('street', { areas: ['370202001'], target: 'street' }),
      rule('community', { areas: ['370202001001'], target: 'unit:power' })
    ]
    expect(ask(rules, { communityCode: '370202001001' }).unitId).toBe('id:power')
    expect(ask(rules, { communityCode: '370202001002' }).unitId).toBe('id:street.370202001')
    expect(ask(rules, { streetCode: '370202002' }).unitId).toBe('id:law.370202')
    expect(ask(rules, { districtCode: '370203', streetCode: '370203001' }).unitId).toBe('id:water')
    expect(ask(rules, { districtCode: null, streetCode: null }).unitId).toBe('id:water')
  })

  test('a duty grid is the most exact area', () => {
    const rules = [
      rule('community', { areas: ['370202001001'] }),
      rule('grid', { areas: ['grid:370202001900'], target: 'unit:power' })
    ]
    expect(ask(rules, { communityCode: '370202001001', gridCode: '370202001001001' }).ruleId).toBe('grid')
  })

  test('a rule for the region class is more exact than one for all of them', () => {
    const rules = [rule('all'), rule('a', { regionClasses: ['A'], target: 'unit:power' })]
    expect(ask(rules).ruleId).toBe('a')
    expect(ask(rules, { streetCode: '370202002' }).ruleId).toBe('all')
  })

  test('two equally exact rules leave it to the dispatcher, with both units', () => {
    const answer = ask([rule('one'), rule('two', { target: 'unit:power' })])
    expect(answer).toMatchObject({ unitId: null, basis: 'ambiguous', ruleId: null })
    expect(answer.candidates).toEqual([
      { unitId: 'id:water', ruleId: 'one' },
      { unitId: 'id:power', ruleId: 'two' }
    ])
    expect(ask([rule('one'), rule('two', { target: 'id:water' })])).toMatchObject({ unitId: 'id:water', basis: 'rule' })
  })

  test('a more exact rule whose unit is gone is not passed over in silence', () => {
    const answer = ask([rule('wide'), rule('gone', { classes: ['01001'], target: 'unit:gone' })])
    expect(answer).toMatchObject({ unitId: null, basis: 'ambiguous', candidates: [{ unitId: 'id:water', ruleId: 'wide' }] })
    expect(answer.reason.withoutUnit).toMatchObject([{ id: 'gone', target: 'unit:gone', version: 1 }])
    expect(ask([rule('gone', { target: 'unit:gone' })])).toMatchObject({ basis: 'none', candidates: [] })
  })

  test('rules ahead of or past their time say nothing; the index knows until when it is right', () => {
    const later = new Date('2026-05-02T00:00:00Z')
    const rules = [rule('later', { validFrom: later }), rule('past', { validTo: NOW })]
    const index = compileRules(rules, DIRECTORY, NOW)
    expect(index.resolve(question()).basis).toBe('none')
    expect(index.nextChangeAt).toEqual(later)
    expect(compileRules(rules, DIRECTORY, later).resolve(question()).ruleId).toBe('later')
  })

  test('the reason records rules with version and text', () => {
    const { reason } = ask([rule('one', { version: 7, note: 'as agreed' })])
    expect(reason).toEqual({
      rules: [{ id: 'one', key: 'one', version: 7, target: 'unit:water', unitId: 'id:water', text: 'as agreed' }]
    })
  })

  test('the owner of a component answers, settles a disagreement, and forbids another', () => {
    const owners = [
      { component: '370202', unitId: 'id:water' },
      { component: '37020201001', unitId: 'id:power' }
    ]
    const componentId = '3702020100100001'
    expect(ask([], { componentId }, owners)).toMatchObject({ unitId: 'id:power', basis: 'component' })
    const two = [rule('one'), rule('two', { target: 'unit:power' })]
    expect(ask(two, { componentId }, owners)).toMatchObject({ unitId: 'id:power', basis: 'component', ruleId: 'two' })
    const vetoed = ask([rule('one')], { componentId }, owners)
    expect(vetoed).toMatchObject({
      unitId: null,
      basis: 'ambiguous',
      reason: { component: { ownerId: 'id:power', agreed: false } }
    })
    expect(vetoed.candidates.map((c) => c.unitId)).toEqual(['id:power', 'id:water'])
    const gone = ask([rule('one')], { componentId }, [{ component: '3702', unitId: 'id:gone' }])
    expect(gone).toMatchObject({ unitId: null, basis: 'ambiguous', candidates: [{ unitId: 'id:water' }] })
  })
})

test('the unit that the register names for a component answers above all rules; one that is gone does not', () => {
  const kept = { componentId: '37020201001000001', componentUnitId: 'id:power' }
  expect(ask([rule('one')], kept)).toMatchObject({
    unitId: 'id:power',
    basis: 'component',
    ruleId: null,
    reason: { component: { source: 'register', agreed: false }, rules: [{ id: 'one' }] }
  })
  expect(ask([], kept)).toMatchObject({ unitId: 'id:power', reason: { component: { agreed: true } } })
  expect(ask([rule('one')], { ...kept, componentUnitId: 'id:gone' })).toMatchObject({ unitId: 'id:water', basis: 'rule' })
})

/** The same answer by brute force: weigh every rule that holds, take the heaviest that names a unit. */
function byHand(rules: Rule[], q: Question): { units: string[]; ids: string[]; missing: string[] } {
  const place = placeOf(q, DIRECTORY)
  const regionClass = [q.communityCode, q.streetCode, q.districtCode]
    .map((c) => DIRECTORY.regionClassOf.get(c ?? ''))
    .find((c) => c !== undefined)
  const weighed: { rule: Rule; weight: number }[] = []
  for (const r of rules) {
    if (!inForce(r, NOW) || r.standardRef !== q.standardRef || r.kind !== q.kind) continue
    if (r.regionClasses !== null && !r.regionClasses.includes(regionClass ?? '')) continue
    for (const c of r.classes) {
      if (c !== q.classCode && c !== q.classCode.slice(0, 2)) continue
      for (const a of r.areas ?? ['']) {
        const level = ['', q.districtCode, q.streetCode, q.communityCode, ...place.dutyGrids.map((g) => `grid:${g}`)].indexOf(a)
        if (level < 0) continue
        weighed.push({ rule: r, weight: (c.length > 2 ? 1000 : 0) + level * 10 + (r.regionClasses ? 1 : 0) })
      }
    }
  }
  const missing = new Set<string>()
  for (const weight of [...new Set(weighed.map((w) => w.weight))].sort((a, b) => b - a)) {
    const level = [...new Set(weighed.filter((w) => w.weight === weight).map((w) => w.rule))]
    const named = level.filter((r) => unitOfTarget(r.target, place, DIRECTORY) !== null)
    for (const r of level) if (!named.includes(r)) missing.add(r.id)
    if (named.length > 0) {
      const units = [...new Set(named.map((r) => unitOfTarget(r.target, place, DIRECTORY)!))]
      return { units: units.sort(), ids: named.map((r) => r.id).sort(), missing: [...missing].sort() }
    }
  }
  return { units: [], ids: [], missing: [...missing].sort() }
}

test('the index answers as brute force does', () => {
  fc.assert(
    fc.property(anyRules, anyQuestion, (rules, q) => {
      const expected = byHand(rules, q)
      const answer = compileRules(rules, DIRECTORY, NOW).resolve(q)
      expect(answer.candidates.map((c) => c.unitId).sort()).toEqual(expected.units)
      const unique = expected.units.length === 1 && expected.missing.length === 0
      expect(answer.unitId).toBe(unique ? expected.units[0] : null)
      expect(answer.basis).toBe(unique ? 'rule' : expected.units.length > 0 ? 'ambiguous' : 'none')
      const ids = (key: string) => [...new Set(((answer.reason[key] ?? []) as { id: string }[]).map((r) => r.id))].sort()
      expect(ids('rules')).toEqual(expected.ids)
      expect(ids('withoutUnit')).toEqual(expected.missing)
    }),
    { numRuns: 3000 }
  )
})

test('answers in far less than 20 µs with a thousand rules', () => {
  const rules = Array.from({ length: 1000 }, (_, i) =>
    rule(`r${i}`, { classes: [String(1001 + i).padStart(5, '0'), '01'], areas: [`3702${String(i % 90).padStart(2, '0')}`] })
  )
  const index = compileRules(rules, DIRECTORY, NOW)
  const q = question({ communityCode: '370202001001', gridCode: '370202001001001' })
  for (let i = 0; i < 20_000; i++) index.resolve(q)
  const started = performance.now()
  for (let i = 0; i < 20_000; i++) index.resolve(q)
  expect(((performance.now() - started) * 1000) / 20_000).toBeLessThan(20)
})
