import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { checkDeclaration } from './check.ts'
import type { RegisterDeclaration } from './declaration.ts'

const FOLDER = new URL('../../../../cities/_codes/registers/', import.meta.url)
const FILES = readdirSync(FOLDER).filter((name) => name.endsWith('.json'))
const read = (name: string) => JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8')) as RegisterDeclaration

const both = (zh: string, en = zh) => ({ zh, en })
const SOUND: RegisterDeclaration = {
  id: 'bench',
  name: both('长椅', 'Benches'),
  group: 'facility',
  geometry: 'point',
  code: { rule: 'sequence', prefix: 'CY{county}', digits: 5 },
  states: [
    { key: 'there', name: both('在') },
    { key: 'gone', name: both('不在'), ends: true }
  ],
  initialState: 'there',
  attributes: [{ key: 'seats', name: both('座位数'), type: 'integer', minimum: 1, maximum: 20 }],
  columns: ['code', 'status', 'seats'],
  symbol: { shape: 'dot', color: '#123456' },
  access: 'staff'
}
const attribute = (more: object) => ({
  ...SOUND,
  attributes: [{ key: 'a', name: both('甲'), type: 'text', ...more }],
  columns: ['code']
})

describe('checkDeclaration', () => {
  test.each(FILES)('finds nothing wrong with %s, which is named like its file', (name) => {
    const declaration = read(name)
    expect(checkDeclaration(declaration)).toEqual([])
    expect(`${declaration.id}.json`).toBe(name)
  })

  test('the built-in component has every attribute of GB/T 47678.5-2026 table 2 that is no column of each item', () => {
    const aliases = new Set(read('component.json').attributes.flatMap((a) => a.alias ?? []))
    const wanted = ['ZGBMDM', 'ZGBMMC', 'QSDWDM', 'QSDWMC', 'YHDWDM', 'YHDWMC', 'CSRQ', 'BGRQ', 'SJLY', 'BZ']
    expect(wanted.filter((a) => !aliases.has(a))).toEqual([])
    expect(read('component.json').states.map((s) => s.name.zh)).toEqual(['完好', '破损', '丢失', '废弃', '移除'])
  })

  test('what has not the form of a declaration is said with its place, and nothing else is looked at', () => {
    expect(checkDeclaration(null)).toHaveLength(1)
    expect(checkDeclaration({ ...SOUND, initialState: 7 }).map((f) => f.path)).toContain('/initialState')
    expect(checkDeclaration({ ...SOUND, colour: 'red' }).length).toBeGreaterThan(0)
    expect(checkDeclaration(attribute({ type: 'colour' })).map((f) => f.path)).toEqual(['/attributes/0/type'])
  })

  test.each<[string, unknown, string]>([
    ['an attribute twice', { ...SOUND, attributes: [...SOUND.attributes, ...SOUND.attributes] }, '/attributes/1/key'],
    ['an attribute named like a column', attribute({ key: 'status' }), '/attributes/0/key'],
    ['a choice without values', attribute({ type: 'choice' }), '/attributes/0/choices'],
    ['values without a choice', attribute({ choices: [{ value: 'x', name: both('x') }] }), '/attributes/0/choices'],
    [
      'a value twice',
      attribute({ type: 'choice', choices: [1, 2].map(() => ({ value: 'x', name: both('x') })) }),
      '/attributes/0/choices'
    ],
    ['limits of a text', attribute({ minimum: 1 }), '/attributes/0'],
    ['limits the wrong way round', attribute({ type: 'number', minimum: 3, maximum: 1 }), '/attributes/0'],
    ['a length of a number', attribute({ type: 'number', maxLength: 3 }), '/attributes/0'],
    ['no regular expression', attribute({ pattern: '(' }), '/attributes/0/pattern'],
    ['a personal attribute that is public', attribute({ mask: 'name', visibility: 'public' }), '/attributes/0'],
    [
      'a personal attribute that is searched',
      attribute({ mask: 'name', visibility: 'staff', searchable: true }),
      '/attributes/0/searchable'
    ],
    [
      'a restricted attribute in tiles',
      attribute({ visibility: 'restricted', inTile: true, maxLength: 5 }),
      '/attributes/0/inTile'
    ],
    ['a long text in tiles', attribute({ inTile: true }), '/attributes/0/inTile'],
    ['a state twice', { ...SOUND, states: [...SOUND.states, SOUND.states[0]] }, '/states/2/key'],
    ['no such first state', { ...SOUND, initialState: 'new' }, '/initialState'],
    ['a first state that ends', { ...SOUND, initialState: 'gone' }, '/initialState'],
    ['no state that ends', { ...SOUND, states: SOUND.states.slice(0, 1) }, '/states'],
    ['a column of nothing', { ...SOUND, columns: ['colour'] }, '/columns/0'],
    ['a unit that is not kept', { ...SOUND, columns: ['owner'] }, '/columns/0'],
    ['a class where there are none', { ...SOUND, columns: ['class'] }, '/columns/0'],
    ['a field twice in the form', { ...SOUND, form: [{ name: both('一'), fields: ['seats', 'seats'] }] }, '/form/0/fields/1'],
    ['component codes without national classes', { ...SOUND, code: { rule: 'component' } }, '/code'],
    [
      'a class in the prefix without classes',
      { ...SOUND, code: { rule: 'sequence', prefix: '{class}', digits: 3 } },
      '/code/prefix'
    ],
    ['a county in the code without a place', { ...SOUND, geometry: 'none', columns: ['code'] }, '/code'],
    [
      'a relation named like an attribute',
      { ...SOUND, relations: [{ key: 'seats', name: both('x'), to: 'site' }] },
      '/relations/0/key'
    ],
    [
      'two attributes with one column name',
      {
        ...SOUND,
        attributes: ['b', 'c'].map((key) => ({ key, name: both(key), type: 'text', alias: ['X'] })),
        columns: ['code']
      },
      '/attributes/1/alias'
    ]
  ])('says so: %s', (_what, declaration, path) => {
    const faults = checkDeclaration(declaration)
    expect(faults.map((f) => f.path)).toEqual([path])
    expect(faults[0]?.zh).toMatch(/[一-鿿]/)
    expect(faults[0]?.en).toMatch(/^[ -~]+$/)
  })

  test('open registers say who may see what is personal', () => {
    const open = { ...attribute({ mask: 'phone', type: 'phone' }), access: 'open' }
    expect(checkDeclaration(open).map((f) => f.path)).toEqual(['/access'])
  })
})
