import type { AttributeDeclaration, RegisterDeclaration } from '@chengyun/contract/registry'
import { expect, test } from 'vitest'
import { fieldText, placeText } from './value.ts'

const words = {
  yes: 'yes',
  no: 'no',
  comma: ', ',
  none: 'none',
  shape: (kind: string, corners: number) => `${kind} of ${corners}`
}
const name = { zh: 'n', en: 'n' }
const attribute = (more: Partial<AttributeDeclaration>): AttributeDeclaration => ({ key: 'a', name, type: 'text', ...more })
const material = attribute({ key: 'material', type: 'choice', choices: [{ value: 'steel', name: { zh: 'x', en: 'Steel' } }] })

test('a place has six decimals', () => {
  expect(placeText([120.38046, 36.0812])).toBe('120.380460, 36.081200')
  expect(placeText(null)).toBe('')
})

test('fields of a change read whatever they are', () => {
  const register = {
    declaration: {
      attributes: [material],
      states: [{ key: 'inUse', name: { zh: 'y', en: 'in use' } }]
    } as unknown as RegisterDeclaration,
    classes: []
  }
  const read = (field: string, value: unknown) => fieldText(register, field, value, 'en', words)
  expect(read('attributes.material', 'steel')).toBe('Steel')
  expect(read('status', 'inUse')).toBe('in use')
  expect(read('owner', null)).toBe('none')
  expect(read('owner', { id: '1', name: 'Water' })).toBe('Water')
  expect(
    read('geometry', {
      type: 'LineString',
      coordinates: [
        [1, 2],
        [3, 4]
      ]
    })
  ).toBe('LineString of 2')
})
