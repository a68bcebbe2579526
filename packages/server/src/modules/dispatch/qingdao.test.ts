import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { ClassExtensionFile, ClassTableFile } from '@chengyun/contract/cases'
import { beforeAll, expect, test } from 'vitest'
import { readClassExtension, readResponsibility, readSharedCodes } from '../../import/codes.ts'
import { buildOrganisation, type OrganisationLayout } from '../org/index.ts'
import { checkBody } from './domain/changes.ts'
import { checkRules, type Findings } from './domain/check.ts'
import { buildDirectory } from './domain/directory.ts'
import { fileRules } from './domain/file.ts'
import { compileRules } from './domain/resolver.ts'
import { classKey, type Rule } from './domain/rules.ts'

// The rules the demonstration city ships, against its own organisation, divisions and class table.
const CITIES = fileURLToPath(new URL('../../../../../cities/', import.meta.url))
const NOW = new Date('2026-05-01T00:00:00Z')
const REF = 'GB/T 47678.5-2026'
const read = <T>(file: string): T => JSON.parse(readFileSync(`${CITIES}qingdao/${file}`, 'utf8')) as T

let findings: Findings
let faults: string[]
let rules: Rule[]

beforeAll(async () => {
  const { divisions } = read<{ divisions: { code: string; name: string; level: string }[] }>('divisions.json')
  const organisation = buildOrganisation(read<OrganisationLayout>('organisation.json'), divisions, 'test')
  const units = organisation.units.map((u) => ({ ...u, active: true }))
  const directory = buildDirectory({ units, regionClasses: [], dutyGrids: [] })
  const table: ClassTableFile | undefined = (await readSharedCodes(`${CITIES}_codes`)).tables.get(REF)
  const extension: ClassExtensionFile = await readClassExtension(`${CITIES}qingdao/codes-extension.json`)
  const classes = [...table!.classes, ...extension.classes].map((c) => ({ ...c, standardRef: REF }) as const)
  const file = await readResponsibility(`${CITIES}qingdao/responsibility.json`)
  let n = 0
  const { diffs, bodies } = fileRules([], file, NOW, () => `r${++n}`)
  const keys = classes.flatMap((c) => [classKey(REF, c.kind, c.code), classKey(REF, c.kind, c.majorCode)])
  const known = {
    classes: new Set(keys),
    divisions: new Set(divisions.map((d) => d.code)),
    dutyGrids: new Set<string>(),
    directory
  }
  faults = bodies.flatMap((body) => {
    try {
      checkBody(body, known)
      return []
    } catch (error) {
      return [`${(error as Error).message} ${JSON.stringify((error as { details?: unknown }).details)} ${body.classes}`]
    }
  })
  rules = diffs.map((d) => d.after)
  const index = compileRules(rules, directory, NOW)
  const streets = divisions.filter((d) => d.level === 'street').map((d) => ({ code: d.code, districtCode: d.code.slice(0, 6) }))
  const work = checkRules(index, classes, { streets, communities: [], dutyGrids: [] }, [])
  let step = work.next()
  while (!step.done) step = work.next()
  findings = step.value
})

test('every rule speaks of classes and units that exist', () => {
  expect(faults).toEqual([])
})
test('no class of any street is without an answer, and none has two', () => {
  expect(findings.gaps.map((g) => `${g.kind} ${g.classCode} ${g.className} ${g.why} ${g.streetCodes.length}`)).toEqual([])
  expect(findings.overlaps.map((o) => `${o.ruleIds} ${o.classes.length}`)).toEqual([])
})
test('only catch-alls for whole majors may lie idle until the city adds a class of its own', () => {
  const idle = findings.dead.map((d) => rules.find((r) => r.id === d.ruleId)!)
  expect(idle.filter((r) => r.classes.some((c) => c.length > 2)).map((r) => r.key)).toEqual([])
  expect(findings.dead.filter((d) => d.why !== 'shadowed')).toEqual([])
})
