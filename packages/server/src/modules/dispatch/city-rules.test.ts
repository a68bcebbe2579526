import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, test } from 'vitest'
import { readClassExtension, readResponsibility, readSharedCodes } from '../../import/codes.ts'
import { buildOrganisation, type OrganisationLayout } from '../org/index.ts'
import { checkBody, type Known } from './domain/changes.ts'
import { checkRules, type Findings } from './domain/check.ts'
import { buildDirectory } from './domain/directory.ts'
import { fileRules } from './domain/file.ts'
import { compileRules } from './domain/resolver.ts'
import { classKey, type Rule } from './domain/rules.ts'

// The rules each city profile ships, against its own organisation, divisions and class table.
const ROOT = fileURLToPath(new URL('../../../../../cities/', import.meta.url))
const CITIES = readdirSync(ROOT).filter((city) => existsSync(`${ROOT}${city}/responsibility.json`))
const NOW = new Date('2026-05-01T00:00:00Z')

async function examine(city: string): Promise<{ rules: Rule[]; faults: string[]; findings: Findings }> {
  const read = <T>(file: string): T => JSON.parse(readFileSync(`${ROOT}${city}/${file}`, 'utf8')) as T
  const { divisions } = read<{ divisions: { code: string; name: string; level: string }[] }>('divisions.json')
  const organisation = buildOrganisation(read<OrganisationLayout>('organisation.json'), divisions, 'test')
  const units = organisation.units.map((u) => ({ ...u, active: true }))
  const directory = buildDirectory({ units, regionClasses: [], dutyGrids: [] })
  const file = await readResponsibility(`${ROOT}${city}/responsibility.json`)
  const table = (await readSharedCodes(`${ROOT}_codes`)).tables.get(file.standardRef)
  const extension = `${ROOT}${city}/codes-extension.json`
  const own = existsSync(extension) ? (await readClassExtension(extension)).classes : []
  const classes = [...(table?.classes ?? []), ...own].map((c) => ({ ...c, standardRef: file.standardRef }))
  let n = 0
  const { diffs, bodies } = fileRules([], file, NOW, () => `r${++n}`)
  const keys = classes.flatMap((c) => [c.code, c.majorCode].map((code) => classKey(c.standardRef, c.kind, code)))
  const known = {
    classes: new Set(keys),
    divisions: new Set(divisions.map((d) => d.code)),
    dutyGrids: new Set<string>(),
    directory
  }
  const rules = diffs.map((d) => d.after)
  const streets = divisions.filter((d) => d.level === 'street').map((d) => ({ code: d.code, districtCode: d.code.slice(0, 6) }))
  const work = checkRules(compileRules(rules, directory, NOW), classes, { streets, communities: [], dutyGrids: [] }, [])
  let step = work.next()
  while (!step.done) step = work.next()
  return { rules, faults: bodies.flatMap((body) => faultOf(body, known)), findings: step.value }
}

function faultOf(body: Parameters<typeof checkBody>[0], known: Known): string[] {
  try {
    checkBody(body, known)
    return []
  } catch (error) {
    return [`${(error as Error).message} ${JSON.stringify((error as { details?: unknown }).details)} ${body.classes}`]
  }
}

describe.each(CITIES)('%s', (city) => {
  let examined: Awaited<ReturnType<typeof examine>>
  beforeAll(async () => {
    examined = await examine(city)
  })

  test('every rule speaks of classes and units that exist', () => {
    expect(examined.faults).toEqual([])
  })
  test('no class of any street is without an answer, and none has two', () => {
    const { gaps, overlaps } = examined.findings
    expect(gaps.map((g) => `${g.kind} ${g.classCode} ${g.className} ${g.why} in ${g.streetCodes.length} streets`)).toEqual([])
    expect(overlaps.map((o) => `${o.ruleIds} ${o.classes.length}`)).toEqual([])
  })
  test('only catch-alls for whole majors may lie idle until the city adds a class of its own', () => {
    const { dead } = examined.findings
    const idle = dead.map((d) => examined.rules.find((r) => r.id === d.ruleId)!)
    expect(idle.filter((r) => r.classes.some((c) => c.length > 2)).map((r) => r.key)).toEqual([])
    expect(dead.filter((d) => d.why !== 'shadowed')).toEqual([])
  })
})
