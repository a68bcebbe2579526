import type { Rule, RuleCondition } from '@chengyun/contract/alarms'
import { expect, test } from 'vitest'
import { checkRule } from './check.ts'
import { ruleOf } from './rules.testing.ts'

const sentences = (condition: unknown, more: Partial<Rule> = {}): string[] =>
  checkRule({ ...ruleOf(condition as RuleCondition), ...more }).map((f) => `${f.path}: ${f.en}`)

test('a rule that can be used has no faults', () => {
  expect(
    sentences({
      kind: 'threshold',
      levels: [
        { level: 3, above: 5 },
        { level: 1, above: 9, forS: 5 }
      ],
      clear: { hysteresis: 1 }
    })
  ).toEqual([])
})

test.each<[string, unknown, string]>([
  [
    'an unknown word',
    { kind: 'threshold', levels: [{ level: 3, above: 5 }], after: 3 },
    '/condition/after: there is no "after" here'
  ],
  [
    'no bound',
    { kind: 'threshold', levels: [{ level: 3 }] },
    '/condition/levels/0: It needs a bound: above, atLeast, below or atMost'
  ],
  [
    'a level twice',
    {
      kind: 'threshold',
      levels: [
        { level: 3, above: 1 },
        { level: 3, above: 2 }
      ]
    },
    '/condition/levels: A level stands there twice'
  ],
  [
    'a graver rung nearer',
    {
      kind: 'threshold',
      levels: [
        { level: 3, above: 5 },
        { level: 2, above: 4 }
      ]
    },
    '/condition/levels: Level 2 must lie farther out than level 3'
  ],
  [
    'bounds that overlap',
    { kind: 'threshold', levels: [{ level: 3, above: 5, below: 9 }] },
    '/condition/levels/0: The bounds overlap: every value would be an alarm'
  ],
  [
    'a clear within the alarm',
    { kind: 'threshold', levels: [{ level: 3, above: 5 }], clear: { below: 8 } },
    '/condition/clear: The clear lies within what is an alarm'
  ],
  [
    'a hysteresis that never ends',
    { kind: 'threshold', levels: [{ level: 3, above: 5, below: 1 }], clear: { hysteresis: 3 } },
    '/condition/clear/hysteresis: With this hysteresis an alarm would never end'
  ],
  [
    'a total without a span',
    { kind: 'total', of: 'sum', levels: [{ level: 3, above: 5 }] },
    '/condition: It needs either overS or between'
  ],
  [
    'a count without a neighbourhood',
    { kind: 'count', ofRule: 'other', withinS: 5, levels: [{ level: 1, atLeast: 2 }] },
    '/condition: It needs either withinM or relation'
  ],
  [
    'silence graver too soon',
    {
      kind: 'noData',
      levels: [
        { level: 4, afterS: 60 },
        { level: 3, afterS: 60 }
      ]
    },
    '/condition/levels: A graver level must come after a longer time'
  ],
  [
    'a fault in a part',
    {
      kind: 'all',
      levels: [{ level: 2 }],
      of: [
        { condition: { kind: 'threshold', levels: [{ level: 4 }] } },
        { condition: { kind: 'noData', levels: [{ level: 4, afterS: 5 }] } }
      ]
    },
    '/condition/of/0/condition/levels/0: It needs a bound: above, atLeast, below or atMost'
  ]
])('%s', (_name, condition, sentence) => {
  expect(sentences(condition).join('\n')).toContain(sentence)
})

test('what follows must be of levels the rule has, and placeholders known', () => {
  const condition = { kind: 'threshold', levels: [{ level: 3, above: 5 }] }
  const standardRef = 'GB/T 47678.5-2026' as const
  expect(sentences(condition, { case: { standardRef, kind: 'matter', classCode: '06010', levels: [1] } })).toEqual([
    '/case/levels: The rule has no level 1'
  ])
  expect(sentences(condition, { title: { zh: '{物}', en: '{thing}' } })[0]).toContain('There is no placeholder {thing}')
})
