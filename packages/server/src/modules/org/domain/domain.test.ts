import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { buildOrganisation, DEMO_PASSWORD, type DivisionEntry, idOf, type OrganisationLayout } from './demo-organisation.ts'
import { maskName, maskPhone } from './masking.ts'
import { passwordFault } from './password.ts'
import { rosterFor } from './roster.ts'
import { pathBelow, rebase } from './tree.ts'

const city = (file: string): string => readFileSync(new URL(`../../../../../../cities/qingdao/${file}`, import.meta.url), 'utf8')
const layout = JSON.parse(city('organisation.json')) as OrganisationLayout
const { divisions } = JSON.parse(city('divisions.json')) as { divisions: DivisionEntry[] }
const grids = divisions
  .filter((d) => d.level === 'street')
  .flatMap((d) => [1, 2, 3].map((n) => ({ code: `${d.code}0${n}`, streetCode: d.code })))
const built = buildOrganisation(layout, divisions, 'qingdao', grids)

test('Qingdao: one centre, ten district centres, 53 city units, 141 street stations, 612 base units', () => {
  const count = (...kinds: string[]): number => built.units.filter((u) => kinds.includes(u.kind)).length
  expect([
    count('city_center'),
    count('district_center'),
    count('city_department', 'enterprise'),
    count('street_station'),
    count('base_unit')
  ]).toEqual([1, 10, 53, 141, 612])
  expect(new Set(built.units.map((u) => u.key)).size).toBe(built.units.length)
  expect(new Set(built.units.map((u) => u.id)).size).toBe(built.units.length)
  const byId = new Map(built.units.map((u) => [u.id, u]))
  for (const u of built.units) {
    if (u.parentId === null) expect(u.kind).toBe('city_center')
    else expect(u.path).toEqual([...byId.get(u.parentId)!.path, u.id])
    expect(u.name).not.toMatch(/[{}]/)
  }
})

test('people: an account per role, staff for every centre, two in every unit, six hundred collectors', () => {
  expect(new Set(built.users.map((u) => u.username)).size).toBe(built.users.length)
  expect(built.users.filter((u) => u.username.startsWith('collector.'))).toHaveLength(600)
  for (const name of [
    'acceptor',
    'shiftleader',
    'dispatcher',
    'dept',
    'handler',
    'collector',
    'hotlineoperator',
    'dept.water-group',
    'handler.sanitation.370202',
    'dispatcher.370203.4'
  ]) {
    expect(
      built.users.find((u) => u.username === name),
      name
    ).toBeDefined()
  }
  for (const u of built.users) expect(u.name).toMatch(/^[\u4e00-\u9fff]{2,4}$/)
  expect(new Set(built.users.map((u) => u.name)).size).toBeGreaterThan(built.users.length / 2)
  expect(passwordFault(DEMO_PASSWORD, 'acceptor')).toBeUndefined()
})

test('the same seed gives the same city, another seed other people', () => {
  expect(buildOrganisation(layout, divisions, 'qingdao', grids)).toEqual(built)
  const other = buildOrganisation(layout, divisions, 'other', grids)
  expect(other.units[0]!.id).not.toBe(built.units[0]!.id)
  expect(other.users.filter((u, i) => u.name !== built.users[i]!.name).length).toBeGreaterThan(built.users.length / 2)
})

test('the roster keeps every duty grid and every desk manned at any minute, and nobody works twice at once', () => {
  const days = ['2026-11-20', '2026-11-21', '2026-11-22', '2026-11-23', '2026-11-24']
  const shifts = days.flatMap((day) => rosterFor(built, day, new Date(`${day}T00:00:00+08:00`), 'qingdao'))
  expect(new Set(shifts.map((s) => s.id)).size).toBe(shifts.length)
  for (const hour of [
    '2026-11-21T03:00:00+08:00',
    '2026-11-22T09:30:00+08:00',
    '2026-11-23T14:30:00+08:00',
    '2026-11-23T22:29:59+08:00'
  ]) {
    const at = new Date(hour)
    const on = shifts.filter((s) => s.startsAt <= at && at < s.endsAt)
    const covered = new Set(on.filter((s) => s.role === 'collector').flatMap((s) => s.dutyGridCodes))
    expect(covered.size, hour).toBe(grids.length)
    for (const role of ['acceptor', 'shiftLeader', 'dispatcher'] as const)
      expect(new Set(on.filter((s) => s.role === role).map((s) => s.unitId)).size).toBe(11)
  }
  const byUser = Map.groupBy(shifts, (s) => s.userId)
  for (const list of byUser.values()) {
    list.sort((a, b) => a.startsAt.getTime() - b.startsAt.getTime())
    for (let i = 1; i < list.length; i++) expect(list[i]!.startsAt >= list[i - 1]!.endsAt).toBe(true)
  }
})

test('passwords: length, kinds, the user’s own name', () => {
  expect(passwordFault('Abc12345', 'zhang')).toBeUndefined()
  expect(passwordFault('abc-12345', 'zhang')).toBeUndefined()
  expect(passwordFault('Abc1234', 'zhang')).toBe('ORG_PASSWORD_WEAK')
  expect(passwordFault('abcdefgh1', 'zhang')).toBe('ORG_PASSWORD_WEAK')
  expect(passwordFault('密码密码密码', 'zhang')).toBe('ORG_PASSWORD_WEAK')
  expect(passwordFault('XXZhang-2026', 'zhang')).toBe('ORG_PASSWORD_CONTAINS_NAME')
})

test('masking keeps what may be seen', () => {
  expect(maskPhone('13812341234')).toBe('138****1234')
  expect(maskPhone('+8613812341234')).toBe('+86138****1234')
  expect(maskPhone('12345')).toBe('***45')
  expect([maskName('张三'), maskName('欧阳娜娜'), maskName('')]).toEqual(['张*', '欧阳*', ''])
})

test('the tree: what may hang where, no cycles, paths follow a move', () => {
  const center = { id: 'c', kind: 'city_center', path: ['c'], active: true } as const
  const district = { id: 'd', kind: 'district_center', path: ['c', 'd'], active: true } as const
  expect(pathBelow({ id: 's', kind: 'street_station' }, district)).toEqual(['c', 'd', 's'])
  expect(() => pathBelow({ id: 's', kind: 'street_station' }, center)).toThrow(
    expect.objectContaining({ code: 'ORG_UNIT_PARENT' })
  )
  expect(() => pathBelow({ id: 'x', kind: 'district_center' }, undefined)).toThrow(
    expect.objectContaining({ code: 'ORG_UNIT_PARENT' })
  )
  const b = { id: 'b', kind: 'base_unit', path: ['c', 'd', 'a', 'b'], active: true } as const
  expect(() => pathBelow({ id: 'a', kind: 'base_unit' }, b)).toThrow(expect.objectContaining({ code: 'ORG_UNIT_CYCLE' }))
  expect(() => pathBelow({ id: 's', kind: 'street_station' }, { ...district, active: false })).toThrow(
    expect.objectContaining({ code: 'ORG_UNIT_INACTIVE' })
  )
  expect(rebase(['c', 'd', 's', 'x'], ['c', 'd', 's'], ['c', 'e', 's'])).toEqual(['c', 'e', 's', 'x'])
})

test('ids from a seed are valid UUIDs', () => {
  expect(idOf('a', 'b')).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
})
