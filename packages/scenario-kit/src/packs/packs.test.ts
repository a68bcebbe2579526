// Every pack that comes with the platform, held to the same rules as a stranger's; and the schemas that editors complete from.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { RegisterDeclaration } from '@chengyun/contract/registry'
import { describe, expect, test } from 'vitest'
import { checkPack, packSchemas, readPack, type Surroundings } from './index.ts'

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url))
const SCENARIOS = join(ROOT, 'scenarios')
const GENERATED = join(ROOT, 'packages/scenario-kit/generated')
const PACKS = readdirSync(SCENARIOS, { withFileTypes: true })
  .filter((e) => e.isDirectory())
  .map((e) => e.name)

const filesOf = (id: string): Map<string, string> =>
  new Map(
    readdirSync(join(SCENARIOS, id), { recursive: true, withFileTypes: true })
      .filter((e) => e.isFile())
      .map((e) => join(e.parentPath, e.name))
      .map((path) => [path.slice(join(SCENARIOS, id).length + 1), readFileSync(path, 'utf8')])
  )

const delivered = join(ROOT, 'cities/_codes/registers')
const registers = new Map(
  readdirSync(delivered).map((f) => {
    const declaration = JSON.parse(readFileSync(join(delivered, f), 'utf8')) as RegisterDeclaration
    return [declaration.id, declaration]
  })
)

/** A pack may stand on another: what that one brings is there too. */
function around(id: string): Surroundings {
  const there = new Map(registers)
  const packs = new Map<string, string>()
  for (const other of PACKS.filter((p) => p !== id)) {
    const { pack } = readPack(filesOf(other))
    if (!pack) continue
    packs.set(other, pack.scenario.version)
    for (const declared of pack.registers.declare ?? []) there.set(declared.id, declared)
  }
  return { folder: id, platform: '0.1.0', modules: ['registry', 'streams', 'alarms', 'cases'], registers: there, packs }
}

describe('packs that come with the platform', () => {
  test.each(PACKS)('%s is sound, and every rule of it is raised and cleared', (id) => {
    expect(checkPack(filesOf(id), around(id)).faults.map((f) => `${f.file}${f.path}: ${f.en}`)).toEqual([])
  })

  test('hold data only: no program, no page of their own', () => {
    const foreign = PACKS.flatMap((id) =>
      [...filesOf(id).keys()].filter((f) => !/\.(json|md)$/.test(f) && !f.startsWith('test/payloads/')).map((f) => `${id}/${f}`)
    )
    console.log(`hooks of packs: ${foreign.length}`)
    expect(foreign).toEqual([])
  })
})

test('a pack with faults is told of each', () => {
  const files = filesOf('heating')
  const broken = new Map(files)
  broken.set('pages.json', files.get('pages.json')!.replace('"indicator": "standing"', '"indicator": "standign"'))
  broken.set('scenario.json', files.get('scenario.json')!.replace('"heating"', '"haeting"').replace('"cases"', '"caeses"'))
  broken.set('test/station-silent.json', files.get('test/station-silent.json')!.replace('"s": 1800', '"s": 1700'))
  expect(checkPack(broken, around('heating')).faults.map((f) => f.en)).toEqual([
    'the id "haeting" is not the folder name "heating"',
    'there is no module "caeses"',
    'there is no indicator "standign"',
    'expects 17000 s raise 4, 32400 s level 3, 36000 s clear; the rule says 18000 s raise 4, 32400 s level 3, 36000 s clear'
  ])
})

test('a rule over words is refused: what devices say in words is kept, not judged', () => {
  const files = new Map(filesOf('public-toilet'))
  const things = JSON.parse(files.get('things.json')!) as { things: { streams: { key: string; kind: string }[] }[] }
  things.things[0]!.streams.find((s) => s.key === 'paper')!.kind = 'category'
  files.set('things.json', JSON.stringify(things))
  expect(checkPack(files, around('public-toilet')).faults.map((f) => f.en)).toEqual([
    'paper-out watches "paper", whose readings are words: rules read numbers; make it a number or a truth'
  ])
})

test('what is personal or internal is not put before citizens', () => {
  const files = new Map(filesOf('public-toilet'))
  const lists = [
    {
      key: 'phones',
      name: '@public.toilets',
      register: 'public-toilet',
      attributes: ['attendantPhone', 'keeper'],
      where: { smart: [true] }
    },
    { key: 'homes', name: '@public.accessible', register: 'watched-home', attributes: [] }
  ]
  files.set('public.json', JSON.stringify({ lists }))
  const registers = JSON.parse(files.get('registers.json')!) as { extend: { attributes: object[] }[] }
  registers.extend[0]!.attributes.push({
    key: 'keeper',
    name: '@attribute.attendant',
    type: 'text',
    visibility: 'public',
    mask: 'name'
  })
  files.set('registers.json', JSON.stringify(registers))
  expect(checkPack(files, around('public-toilet')).faults.map((f) => f.en)).toEqual([
    'the attribute "attendantPhone" is not public',
    'the attribute "keeper" is personal and cannot be public',
    'the attribute "smart" is not public',
    'the register "watched-home" is not for the public'
  ])
})

describe('schemas for editors', () => {
  const schemas = packSchemas()
  if (process.env.CHENGYUN_TEST_WRITE_DOCS) {
    mkdirSync(GENERATED, { recursive: true })
    for (const [name, schema] of schemas) writeFileSync(join(GENERATED, name), `${JSON.stringify(schema, null, 1)}\n`)
  }
  test.each([...schemas.keys()])('%s says what the program says', (name) => {
    expect(JSON.parse(readFileSync(join(GENERATED, name), 'utf8'))).toEqual(schemas.get(name))
  })
})
