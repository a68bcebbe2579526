import fc from 'fast-check'
import { buildDirectory, type UnitRow } from './directory.ts'
import type { Question } from './resolver.ts'
import type { Directory, Rule } from './rules.ts'

// A city small enough that random rules meet often: two districts, two streets each, two communities each, one duty grid a street.
export const REF = 'GB/T 47678.5-2026'
export const DISTRICTS = ['370202', '370203']
export const STREETS = DISTRICTS.flatMap((d) => [`${d}001`, `${d}002`])
export const COMMUNITIES = STREETS.flatMap((s) => [`${s}001`, `${s}002`])
export const DUTY_GRIDS = STREETS.map((s) => ({ code: `${s}900`, streetCode: s, gridCodes: [`${s}001001`] }))
export const CLASSES = ['01001', '01002', '02001', '02002']
export const NOW = new Date('2026-05-01T00:00:00Z')

const unit = (key: string, kind: string, districtCode: string | null, streetCode: string | null, active = true): UnitRow => ({
  id: `id:${key}`,
  key,
  name: key,
  active,
  kind,
  districtCode,
  streetCode
})

export const UNITS: UnitRow[] = [
  unit('water', 'city_department', null, null),
  unit('power', 'enterprise', null, null),
  unit('gone', 'enterprise', null, null, false),
  ...DISTRICTS.flatMap((d) => [unit(`center.${d}`, 'district_center', d, null), unit(`law.${d}`, 'base_unit', d, null)]),
  unit('garden.370202', 'base_unit', '370202', null),
  ...STREETS.map((s) => unit(`street.${s}`, 'street_station', s.slice(0, 6), s)).slice(0, 3)
]

export const DIRECTORY: Directory = buildDirectory({
  units: UNITS,
  regionClasses: [
    { code: STREETS[0]!, regionClass: 'A' },
    { code: STREETS[1]!, regionClass: 'B' },
    { code: COMMUNITIES[0]!, regionClass: 'C' }
  ],
  dutyGrids: DUTY_GRIDS
})

export const rule = (id: string, part: Partial<Rule> = {}): Rule => ({
  id,
  key: id,
  version: 1,
  standardRef: REF,
  kind: 'matter',
  classes: ['01'],
  areas: null,
  regionClasses: null,
  target: 'unit:water',
  note: '',
  validFrom: new Date('2026-01-01T00:00:00Z'),
  validTo: null,
  ...part
})

export const question = (part: Partial<Question> = {}): Question => ({
  standardRef: REF,
  kind: 'matter',
  classCode: '01001',
  districtCode: '370202',
  streetCode: '370202001',
  communityCode: null,
  gridCode: null,
  componentId: null,
  ...part
})

const anyArea = fc.constantFrom(...DISTRICTS, ...STREETS, ...COMMUNITIES, ...DUTY_GRIDS.map((g) => `grid:${g.code}`))

export const anyRules: fc.Arbitrary<Rule[]> = fc
  .array(
    fc.record({
      kind: fc.constantFrom('matter' as const, 'matter' as const, 'component' as const),
      classes: fc.uniqueArray(fc.constantFrom('01', '02', ...CLASSES), { minLength: 1, maxLength: 3 }),
      areas: fc.option(fc.uniqueArray(anyArea, { minLength: 1, maxLength: 3 })),
      regionClasses: fc.option(fc.uniqueArray(fc.constantFrom('A', 'B', 'C'), { minLength: 1, maxLength: 2 }), { freq: 2 }),
      target: fc.constantFrom(
        'street',
        'district:law',
        'district:garden',
        'unit:water',
        'unit:power',
        'unit:gone',
        'id:water',
        'unit:nobody'
      ),
      validTo: fc.option(fc.constantFrom(new Date('2026-04-01T00:00:00Z'), new Date('2026-06-01T00:00:00Z')), { freq: 3 })
    }),
    { maxLength: 12 }
  )
  .map((list) => list.map((part, i) => rule(`r${i}`, part)))

export const anyQuestion: fc.Arbitrary<Question> = fc
  .record({
    kind: fc.constantFrom('matter', 'matter', 'component'),
    classCode: fc.constantFrom(...CLASSES),
    community: fc.constantFrom(...COMMUNITIES),
    known: fc.constantFrom('nothing', 'district', 'street', 'community', 'grid')
  })
  .map(({ kind, classCode, community, known }) => {
    const level = ['nothing', 'district', 'street', 'community', 'grid'].indexOf(known)
    const street = community.slice(0, 9)
    return question({
      kind,
      classCode,
      districtCode: level >= 1 ? community.slice(0, 6) : null,
      streetCode: level >= 2 ? street : null,
      communityCode: level >= 3 ? community : null,
      gridCode: level >= 4 ? `${community}001`.replace(/^(\d{9})\d{3}001$/, '$1001001') : null
    })
  })
