import type { RegisterDeclaration } from '@chengyun/contract/registry'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isChainWhole } from './chain.ts'
import { difference, kindOfChange } from './change.ts'
import { compileCheck, isDate, tidy } from './check-item.ts'
import { codeOf, isCode, parseComponentCode, seriesOf, seriesOfCode, upgradeComponentCode } from './codes.ts'
import { packGeometry, unpackGeometry } from './geometry.ts'
import { maskValue } from './masking.ts'
import { packedPairs, termsOf } from './terms.ts'
import { readQuery, type Vocabulary } from './words.ts'

const digits = (n: number) => fc.stringMatching(new RegExp(`^\\d{${n}}$`))

describe('component codes', () => {
  test('are taken apart and put together again, in both generations', () => {
    fc.assert(
      fc.property(digits(6), fc.oneof(digits(4), digits(5)), fc.integer({ min: 1, max: 999_999 }), (county, classCode, n) => {
        const series = seriesOf({ rule: 'component' }, county, classCode)!
        const code = codeOf(series, n)!
        expect(parseComponentCode(code)).toEqual({
          generation: classCode.length === 5 ? 2026 : 2013,
          county,
          classCode,
          sequence: n
        })
        expect(seriesOfCode({ rule: 'component' }, code)).toEqual({ prefix: county + classCode, number: n })
        expect(isCode({ rule: 'component' }, code)).toBe(true)
      })
    )
    expect(codeOf({ prefix: 'x', digits: 6 }, 1_000_000)).toBeNull()
  })

  test('of 2013 become those of 2026 where the class has a successor', () => {
    const upgrade = (c: string) => ({ '0101': '01001', '0506': '01069' })[c] ?? null
    expect(upgradeComponentCode('3702020101000007', upgrade)).toBe('37020201001000007')
    expect(upgradeComponentCode('3702020506000007', upgrade)).toBe('37020201069000007')
    expect(upgradeComponentCode('3702020504000007', upgrade)).toBeNull()
    expect(upgradeComponentCode('37020201001000007', upgrade)).toBeNull()
  })

  test('sequences with a prefix of their own', () => {
    const rule = { rule: 'sequence', prefix: 'HR{county}-', digits: 4 } as const
    expect(codeOf(seriesOf(rule, '370202', null)!, 12)).toBe('HR370202-0012')
    expect(isCode(rule, 'HR370202-0012')).toBe(true)
    expect(isCode(rule, 'HR37020-0012')).toBe(false)
    expect(seriesOfCode(rule, 'HR370202-0012')).toEqual({ prefix: 'HR370202-', number: 12 })
  })
})

describe('attributes against their declaration', () => {
  const both = { zh: '甲', en: 'a' }
  const d = (attributes: RegisterDeclaration['attributes']) => ({ attributes }) as RegisterDeclaration
  const rules = (attribute: Omit<RegisterDeclaration['attributes'][number], 'key' | 'name'>, value: unknown) =>
    compileCheck(d([{ key: 'a', name: both, ...attribute }]))({ a: value }).map((f) => f.rule)

  test.each([
    [{ type: 'text', maxLength: 2 }, 'abc', ['maxLength']],
    [{ type: 'text', pattern: '^a' }, 'b', ['pattern']],
    [{ type: 'text' }, 7, ['type']],
    [{ type: 'integer' }, 1.5, ['type']],
    [{ type: 'number', minimum: 2 }, 1, ['minimum']],
    [{ type: 'number', maximum: 2 }, 3, ['maximum']],
    [{ type: 'number' }, Number.NaN, ['type']],
    [{ type: 'boolean' }, 'yes', ['type']],
    [{ type: 'date' }, '2026-02-30', ['date']],
    [{ type: 'date' }, '2028-02-29', []],
    [{ type: 'instant' }, '2026-02-28T10:00', ['type']],
    [{ type: 'instant' }, '2026-02-28T10:00+08:00', []],
    [{ type: 'choice', choices: [{ value: 'x', name: both }] }, 'y', ['choice']],
    [{ type: 'choices', choices: [{ value: 'x', name: both }] }, ['x', 'y'], ['choice']],
    [{ type: 'choices', choices: [{ value: 'x', name: both }] }, ['x'], []],
    [{ type: 'uscc' }, '91350100M000100Y43', []],
    [{ type: 'uscc' }, '91350100M000100Y44', ['uscc']],
    [{ type: 'phone' }, '0532-8588 1234', []],
    [{ type: 'phone' }, 'call me', ['type']],
    [{ type: 'url' }, 'javascript:alert(1)', ['type']]
  ] as const)('%j of %j: %j', (attribute, value, expected) => {
    expect(rules(attribute as never, value)).toEqual(expected)
  })

  test('what is required must be there; what is not declared is said', () => {
    const check = compileCheck(d([{ key: 'a', name: both, type: 'text', required: true }]))
    expect(check({ b: 1 }).map((f) => `${f.field}:${f.rule}`)).toEqual(['b:unknown', 'a:required'])
    expect(check({ b: 1 })[1]).toMatchObject({ zh: '“甲”必填', en: '"a" is required' })
  })

  test('days that exist', () => {
    fc.assert(
      fc.property(fc.date({ min: new Date('1900-01-01'), max: new Date('2100-01-01'), noInvalidDate: true }), (at) =>
        isDate(at.toISOString().slice(0, 10))
      )
    )
    expect(isDate('2026-13-01')).toBe(false)
  })

  test('tidying trims texts and leaves out what is empty', () => {
    expect(tidy({ a: 1, b: 2 }, { a: null, c: ' x ', d: '', e: [] })).toEqual({ b: 2, c: 'x' })
  })
})

test('geometries come back as they went in, to the seventh decimal', () => {
  const at = fc
    .tuple(fc.integer({ min: -1800, max: 1800 }), fc.integer({ min: -900, max: 900 }))
    .map(([x, y]) => [x / 10, y / 10] as [number, number])
  fc.assert(
    fc.property(fc.uniqueArray(at, { minLength: 2, maxLength: 8, selector: String }), (coordinates) => {
      const packed = packGeometry({ type: 'LineString', coordinates })!
      expect(unpackGeometry(packed)).toEqual({ type: 'LineString', coordinates })
      const point = packGeometry({ type: 'Point', coordinates: coordinates[0]! })!
      expect(unpackGeometry(point)).toEqual({ type: 'Point', coordinates: coordinates[0] })
    })
  )
  const square: [number, number][] = [
    [120, 36],
    [120.01, 36],
    [120.01, 36.01],
    [120, 36.01],
    [120, 36]
  ]
  const area = { type: 'Polygon' as const, coordinates: [square] }
  expect(unpackGeometry(packGeometry(area)!)).toEqual(area)
  expect(
    packGeometry({
      type: 'LineString',
      coordinates: [
        [1, 1],
        [1, 1]
      ]
    })
  ).toBeNull()
})

test('a horseshoe is marked inside, not in its hollow', () => {
  const ring: [number, number][] = [
    [0, 0],
    [0.03, 0],
    [0.03, 0.03],
    [0.02, 0.03],
    [0.02, 0.01],
    [0.01, 0.01],
    [0.01, 0.03],
    [0, 0.03],
    [0, 0]
  ]
  const { lng, lat } = packGeometry({ type: 'Polygon', coordinates: [ring] })!
  expect(lng > 0.01 && lng < 0.02 && lat > 0.01).toBe(false)
})

describe('words', () => {
  const vocabulary: Vocabulary = {
    classesNamed: (word) => (['路灯', '路灯杆'].includes(word) ? ['02001'] : []),
    classEnding: (text) => (text.endsWith('路灯') && text.length > 2 ? { name: '路灯', codes: ['02001'] } : null),
    divisionBeginning: (text) => (text.startsWith('市北区') ? { name: '市北区', codes: ['370203'] } : null)
  }
  test('mean classes, divisions, codes or the text of an item', () => {
    const read = (q: string) => readQuery(q, vocabulary)
    expect(read('市北区热河路路灯')).toMatchObject({
      divisions: [['370203']],
      classes: [{ codes: ['02001'] }],
      terms: packedPairs(['热河路'])
    })
    expect(read('路灯')).toMatchObject({ classes: [{ codes: ['02001'] }], terms: [] })
    expect(read('3702020101')).toMatchObject({ prefixes: ['3702020101'], terms: [] })
    expect(read('DN700').either).toEqual([{ prefix: 'DN700', terms: packedPairs(['dn700']) }])
    expect(read('河').tooShort).toBe(true)
    expect(read('河 热河').tooShort).toBe(false)
  })

  test('pairs are packed without loss and found in whatever holds them', () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[\u4e00-\u9fa5]{2,12}$/),
        fc.nat(),
        fc.integer({ min: 2, max: 12 }),
        (text, from, length) => {
          const start = from % (text.length - 1)
          const all = new Set(packedPairs([text]))
          for (const pair of packedPairs([text.slice(start, start + length)])) expect(all.has(pair)).toBe(true)
          for (const pair of all) expect(text).toContain(String.fromCharCode(pair >>> 16, pair & 0xffff))
        }
      )
    )
  })

  test('an item does not store the names of its class and divisions', () => {
    const item = {
      name: '路灯',
      className: '路灯',
      address: '市北区辽宁路街道热河路12号',
      divisions: ['市北区', '辽宁路街道'],
      texts: ['LED-60']
    }
    expect(termsOf(item)).toEqual(packedPairs(['热河路12号', 'LED-60']))
  })
})

describe('history', () => {
  test('a difference names what changed, and only that', () => {
    expect(difference({ a: 1, b: [1, 2], c: 'x' }, { a: 1, b: [1, 3], d: true })).toEqual({
      before: { b: [1, 2], c: 'x', d: null },
      after: { b: [1, 3], c: null, d: true }
    })
    expect(kindOfChange({ place: [1, 2], grid: 'x', address: '' })).toBe('move')
    expect(kindOfChange({ place: [1, 2], status: 'x' })).toBe('modify')
  })

  test('an empty chain is whole', () => expect(isChainWhole(null, [])).toBe(true))
})

test('personal values are masked', () => {
  expect(maskValue('name', '张三')).toBe('张*')
  expect(maskValue('phone', '13812341234')).toBe('138****1234')
  expect(maskValue('idNumber', '370202199001011234')).toBe('370***********1234')
  expect(maskValue('address', '市北区辽宁路街道热河路12号')).toBe('市北区辽宁路****')
})
