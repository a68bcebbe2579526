import type { RuleBody, RuleChange } from '@chengyun/contract/dispatch'
import { describe, expect, test } from 'vitest'
import { applyChanges, checkBody, type Known, undoDiffs } from './changes.ts'
import { DryRun } from './dry-run.ts'
import { DIRECTORY, NOW, question, REF, rule } from './example.testing.ts'
import { fileRules, targetOf } from './file.ts'
import { compileRules } from './resolver.ts'
import { classKey, type Rule } from './rules.ts'

const body = (part: Partial<RuleBody> = {}): RuleBody => ({
  standardRef: REF,
  kind: 'matter',
  classes: ['01'],
  areas: null,
  regionClasses: null,
  target: 'unit:water',
  note: '',
  ...part
})
const ids = () => {
  let n = 0
  return () => `new${++n}`
}
const code = (run: () => unknown): string => {
  try {
    run()
  } catch (error) {
    return (error as { code: string }).code
  }
  return 'no error'
}
const KNOWN: Known = {
  classes: new Set([classKey(REF, 'matter', '01'), classKey(REF, 'matter', '01001')]),
  divisions: new Set(['370202']),
  dutyGrids: new Set(['370202001900']),
  directory: DIRECTORY
}

describe('a rule may only speak of what exists', () => {
  test.each([
    [{}, 'no error'],
    [{ areas: ['370202', 'grid:370202001900'] }, 'no error'],
    [{ target: 'district:law' }, 'no error'],
    [{ target: 'id:water' }, 'no error'],
    [{ classes: ['02'] }, 'DISPATCH_CLASS_UNKNOWN'],
    [{ kind: 'component' as const }, 'DISPATCH_CLASS_UNKNOWN'],
    [{ areas: ['370203'] }, 'DISPATCH_AREA_UNKNOWN'],
    [{ areas: ['grid:370202001901'] }, 'DISPATCH_AREA_UNKNOWN'],
    [{ target: 'unit:nobody' }, 'DISPATCH_UNIT_UNKNOWN'],
    [{ target: 'district:nobody' }, 'DISPATCH_UNIT_UNKNOWN'],
    [{ target: 'unit:gone' }, 'DISPATCH_UNIT_INACTIVE']
  ])('%j: %s', (part, expected) => {
    expect(code(() => checkBody(body(part), KNOWN))).toBe(expected)
  })
})

describe('change sets', () => {
  const rules = [rule('a'), rule('b', { version: 3 })]
  const run = (...changes: RuleChange[]) => applyChanges(rules, changes, NOW, ids())

  test('create, change and end together; what is not named stays', () => {
    const { rules: after, diffs } = run({ op: 'create', rule: body() }, { op: 'end', id: 'b', version: 3 })
    expect(after.map((r) => [r.id, r.version, r.validTo])).toEqual([
      ['a', 1, null],
      ['b', 4, NOW],
      ['new1', 1, null]
    ])
    expect(diffs.map((d) => [d.before?.version ?? null, d.after.version])).toEqual([
      [null, 1],
      [3, 4]
    ])
    expect(run({ op: 'change', id: 'a', version: 1, rule: body({ note: 'new' }) }).rules[0]).toMatchObject({
      version: 2,
      note: 'new'
    })
  })

  test('refusals', () => {
    expect(code(() => run({ op: 'end', id: 'c', version: 1 }))).toBe('DISPATCH_RULE_NOT_FOUND')
    expect(code(() => run({ op: 'end', id: 'b', version: 2 }))).toBe('DISPATCH_RULE_STALE')
    expect(code(() => run({ op: 'end', id: 'a', version: 1 }, { op: 'end', id: 'a', version: 1 }))).toBe('DISPATCH_RULE_TWICE')
    expect(code(() => run({ op: 'create', rule: body({ validTo: NOW.toISOString() }) }))).toBe('DISPATCH_VALIDITY')
    const ended = [rule('a', { validTo: NOW })]
    expect(code(() => applyChanges(ended, [{ op: 'end', id: 'a', version: 1 }], NOW, ids()))).toBe('DISPATCH_RULE_ENDED')
  })

  test('undo restores as a new version, and undo of the undo brings the change back', () => {
    const says = (r: Rule) => [r.id, r.note, r.validTo]
    const changes: RuleChange[] = [
      { op: 'create', rule: body() },
      { op: 'change', id: 'a', version: 1, rule: body({ note: 'changed' }) },
      { op: 'end', id: 'b', version: 3 }
    ]
    const { rules: after, diffs } = applyChanges(rules, changes, NOW, ids())
    const back = undoDiffs(after, diffs, NOW)
    expect(back.map((d) => says(d.after))).toEqual([
      ['new1', '', NOW],
      ['a', '', null],
      ['b', '', null]
    ])
    expect(back.map((d) => d.after.version)).toEqual([2, 3, 5])
    const undone = after.map((r) => back.find((d) => d.id === r.id)?.after ?? r)
    const again = undoDiffs(undone, back, NOW)
    expect(again.map((d) => says(d.after))).toEqual(diffs.map((d) => says(d.after)))
    expect(code(() => undoDiffs(undone, diffs, NOW))).toBe('DISPATCH_CHANGED_SINCE')
  })
})

test('a profile file makes, changes and leaves alone; keys become targets', () => {
  expect(['street', 'district-landscape', 'water-affairs'].map(targetOf)).toEqual([
    'street',
    'district:landscape',
    'unit:water-affairs'
  ])
  const entry = { id: 'x', kind: 'matter' as const, classes: ['01'], area: null, unitKey: 'street', note: 'n' }
  const file = { standardRef: REF, version: '1', note: '', rules: [entry, { ...entry, id: 'y' }] } as const
  const first = fileRules([], { ...file, rules: [...file.rules] }, NOW, ids()).diffs.map((d) => d.after)
  expect(first.map((r) => [r.id, r.key, r.version, r.target])).toEqual([
    ['new1', 'x', 1, 'street'],
    ['new2', 'y', 1, 'street']
  ])
  const changed = { ...file, rules: [entry, { ...entry, id: 'y', note: 'other' }] }
  const second = fileRules(first, changed, NOW, ids())
  expect(second.diffs.map((d) => [d.id, d.before?.version, d.after.version, d.after.note])).toEqual([['new2', 1, 2, 'other']])
})

test('a dry run counts where cases would go, what moves, and who really had them', () => {
  const before = [rule('all')]
  const after = [
    ...before,
    rule('power', { classes: ['01001'], target: 'unit:power' }),
    rule('two', { classes: ['01002'], target: 'unit:power' }),
    rule('three', { classes: ['01002'] })
  ]
  const run = new DryRun(compileRules(before, DIRECTORY, NOW), compileRules(after, DIRECTORY, NOW))
  run.add({ ...question(), unitId: 'id:power', cases: 5, samples: ['A', 'B'] })
  run.add({ ...question({ classCode: '01002' }), unitId: 'id:water', cases: 2, samples: ['C'] })
  run.add({ ...question({ classCode: '01003' }), unitId: 'id:water', cases: 10, samples: ['D'] })
  run.add({ ...question({ classCode: '02001' }), unitId: null, cases: 1, samples: ['E'] })
  expect(run.result()).toEqual({
    cases: 18,
    changed: 7,
    before: { unique: 17, ambiguous: 0, none: 1 },
    after: { unique: 15, ambiguous: 2, none: 1 },
    asDispatched: { before: 12, after: 15 },
    byUnit: [
      { unitId: 'id:water', unitName: 'water', before: 17, after: 10 },
      { unitId: 'id:power', unitName: 'power', before: 0, after: 5 }
    ],
    moves: [
      {
        fromUnitId: 'id:water',
        fromUnitName: 'water',
        fromBasis: 'rule',
        toUnitId: 'id:power',
        toUnitName: 'power',
        toBasis: 'rule',
        cases: 5,
        samples: ['A', 'B']
      },
      {
        fromUnitId: 'id:water',
        fromUnitName: 'water',
        fromBasis: 'rule',
        toUnitId: null,
        toUnitName: null,
        toBasis: 'ambiguous',
        cases: 2,
        samples: ['C']
      }
    ],
    movesLeftOut: 0
  })
})
