import { readFileSync } from 'node:fs'
import { type Open311ServiceFile, Open311ServiceFile as Schema } from '@chengyun/contract/public'
import { Value } from 'typebox/value'
import { describe, expect, it } from 'vitest'
import { Args } from './open311-args.ts'
import { write } from './open311-format.ts'
import { ServiceTable } from './open311-services.ts'

const read = <T>(name: string): T =>
  JSON.parse(readFileSync(new URL(`../../../../../../cities/_codes/${name}`, import.meta.url), 'utf8')) as T
const file = read<Open311ServiceFile>('open311-services.json')
const now = read<{ classes: { kind: string; code: string; majorCode: string }[] }>('gbt47678.5-2026.json')
const mapping = read<{ codes: { kind2013: string; code2013: string; kind: string | null; code: string | null }[] }>(
  'mapping-2013-2026.json'
)
const classes = [
  ...now.classes.map((c) => ({ ...c, standardRef: 'GB/T 47678.5-2026', active: true })),
  ...mapping.codes.map((m) => ({
    standardRef: 'GB/T 30428.2-2013',
    kind: m.kind2013,
    code: m.code2013,
    majorCode: m.code2013.slice(0, 2),
    active: true
  }))
]
const mappings = mapping.codes.map((m) => ({ kind_2013: m.kind2013, code_2013: m.code2013, kind: m.kind, code: m.code }))
const table = new ServiceTable(file, classes, mappings)

describe('the table of services', () => {
  it('follows its schema and names each class at most once', () => {
    expect([...Value.Errors(Schema, file)]).toEqual([])
    const named = file.services.flatMap((s) => [s.class, ...s.also])
    expect(named.filter((key, i) => named.indexOf(key) !== i)).toEqual([])
    const known = new Set(now.classes.flatMap((c) => [`${c.kind}:${c.code}`, `major:${c.kind}:${c.majorCode}`]))
    expect(named.filter((key) => !known.has(key))).toEqual([])
    expect(new Set(file.services.map((s) => s.code)).size).toBe(file.services.length)
    const groups = new Set(file.groups.map((g) => g.code))
    expect(file.services.filter((s) => !groups.has(s.group))).toEqual([])
  })

  it('has every class of both editions under exactly one service', () => {
    const all = file.services.flatMap((s) => table.classesOf(s.code).map((k) => `${k.kind}:${k.code}`))
    expect(new Set(all).size).toBe(all.length)
    expect(all).toHaveLength(new Set(classes.map((c) => `${c.kind}:${c.code}`)).size)
    for (const s of file.services) {
      const [kind, code] = s.class.split(':') as [string, string]
      expect(table.of('GB/T 47678.5-2026', kind, code)).toBe(s)
    }
    expect(table.of('GB/T 30428.2-2013', 'component', '0101').code).toBe('manhole')
  })

  it('does not offer a service whose class the city does not have', () => {
    const without = classes.map((c) => ({ ...c, active: c.code !== '06010' }))
    expect(new ServiceTable(file, without, mappings).find('litter')).toBeUndefined()
    expect(table.hidden()).toContainEqual({ kind: 'matter', code: '09003' })
  })
})

describe('arguments', () => {
  it('come as text, list or nested object; empty is absent', () => {
    const args = Args.of([
      ['a', ''],
      ['list', 'x, y,,x'],
      ['attribute', { size: ['s', 'm'] }],
      ['attribute[colour][]', 'red'],
      ['attribute[colour][]', 'blue']
    ])
    expect(args.text('a')).toBeUndefined()
    expect(args.list('list')).toEqual(['x', 'y'])
    expect([...args.attributes()]).toEqual([
      ['size', ['s', 'm']],
      ['colour', ['red', 'blue']]
    ])
  })

  it('take times only with a zone', () => {
    const at = (text: string) =>
      Args.of([['t', text]])
        .instant('t')
        ?.toISOString()
    expect(at('2026-11-22T08:00:00 08:00')).toBe('2026-11-22T00:00:00.000Z')
    expect(at('2026-11-22T08:00Z')).toBe('2026-11-22T08:00:00.000Z')
    for (const wrong of ['2026-11-22', '2026-11-22T08:00:00', '2026-02-30T08:00:00Z', '2026-11-22T25:00:00Z', 'now'])
      expect(() => at(wrong)).toThrow(expect.objectContaining({ code: 'OPEN311_ARGUMENT_INVALID' }))
  })
})

describe('documents', () => {
  it('carry what XML cannot hold as little as what it would misread', () => {
    const text = write('xml', { root: 'errors', item: 'error', rows: [{ description: 'a\u0001<b>&"]]>' }] })
    expect(text).toContain('<description>a&lt;b&gt;&amp;')
    expect(write('xml', { root: 'services', item: 'service', rows: [] })).toContain('<services></services>')
    expect(write('json', { root: 'services', item: 'service', rows: [] })).toBe('[]')
  })
})
