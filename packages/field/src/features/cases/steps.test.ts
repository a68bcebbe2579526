import type { CanView } from '@chengyun/contract/cases'
import { expect, test } from 'vitest'
import { mainSteps, otherSteps } from './steps.ts'

const can = (op: CanView['op'], needs: CanView['needs'] = []): CanView => ({ op, primary: true, needs })

test('a verification has one button for each of its three results, each with a photo', () => {
  const steps = mainSteps({ can: [can('submitVerify')] })
  expect(steps.map((s) => s.result)).toEqual(['cannotFind', 'notExists', 'exists'])
  expect(steps.every((s) => s.photos?.phase === 'verify' && s.photos.atLeast === 1)).toBe(true)
})

test('a failed check has to be explained', () => {
  expect(mainSteps({ can: [can('submitCheck')] }).find((s) => s.result === 'fail')?.words).toBe('required')
})

test('suspension asks for a day and words; what needs a unit is left to the desk', () => {
  const steps = otherSteps({
    can: [
      can('submitHandle'),
      can('applySuspend', [
        { field: 'opinion', type: 'text', required: true },
        { field: 'until', type: 'day', required: true }
      ]),
      can('dispatch', [{ field: 'unitId', type: 'unit', required: true }])
    ]
  })
  expect(steps).toEqual([{ op: 'applySuspend', words: 'required', wordsField: 'opinion', until: true }])
})
