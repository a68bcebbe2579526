import { ResponseDeclaration, Rule } from '@chengyun/contract/alarms'
import { type Static, type TSchema, Type } from 'typebox'
import { Classes } from './classes.ts'
import { Demo, PackTest, Quality } from './demo.ts'
import { Indicators } from './figures.ts'
import { formFaults, type PackFault } from './form.ts'
import { Layers, Public } from './layers.ts'
import { Pages } from './pages.ts'
import { type IndexDeclaration, type ReportDeclaration, Reports } from './reports.ts'
import { Scenario } from './scenario.ts'
import { type Strings, textKeys, withTexts } from './text.ts'
import { Registers, Things } from './things.ts'

export type { IndexDeclaration, ReportDeclaration, ReportSection } from './reports.ts'

const closed = { additionalProperties: false }
const schema = Type.Optional(Type.String())

/** `rules.json`. */
export const Rules = Type.Object({ $schema: schema, rules: Type.Array(Rule) }, closed)
/** `flows.json`: what follows the alarms of the pack, level by level. */
export const Flows = Type.Object({ $schema: schema, responses: Type.Array(ResponseDeclaration) }, closed)
/** `strings/<language>.json`. */
export const Texts = Type.Record(
  Type.String({ pattern: '^[a-z][a-zA-Z0-9.-]{0,79}$' }),
  // Empty only where the place it is shown at allows it, as a unit does.
  Type.String({ maxLength: 600 })
)

/** The files of a pack with their schemas; what may be left out is empty then. */
export const PACK_FILES = {
  'scenario.json': { schema: Scenario, required: true },
  'registers.json': { schema: Registers, required: false },
  'things.json': { schema: Things, required: false },
  'classes.json': { schema: Classes, required: false },
  'rules.json': { schema: Rules, required: false },
  'flows.json': { schema: Flows, required: false },
  'indicators.json': { schema: Indicators, required: false },
  'layers.json': { schema: Layers, required: false },
  'pages.json': { schema: Pages, required: true },
  'reports.json': { schema: Reports, required: false },
  'public.json': { schema: Public, required: false },
  'quality.json': { schema: Quality, required: true },
  'demo/demo.json': { schema: Demo, required: false },
  'strings/zh-CN.json': { schema: Texts, required: true },
  'strings/en.json': { schema: Texts, required: true }
} as const satisfies Record<string, { schema: TSchema; required: boolean }>

/** A pack, read and with its texts put in. */
export interface Pack {
  scenario: Scenario
  registers: Registers
  things: Things
  classes: Classes['classes']
  rules: Static<typeof Rules>['rules']
  responses: Static<typeof Flows>['responses']
  indicators: Indicators['indicators']
  layers: Layers['layers']
  pages: Pages['pages']
  correlations: NonNullable<Pages['correlations']>
  public: Public['lists']
  /** Absent in documents of packs that were installed before there were reports. */
  reports?: readonly ReportDeclaration[]
  indexes?: readonly IndexDeclaration[]
  quality: Quality
  demo: Demo | null
  /** Tests by the name of their file. */
  tests: ReadonlyMap<string, PackTest>
  readme: string
}

/** A pack as it is kept where it is installed: without its tests, which are for authors. */
export type PackDocument = Omit<Pack, 'tests' | 'readme'>

/** Texts of the files of a pack by their path in its folder. */
export type PackFiles = ReadonlyMap<string, string>

const parse = (file: string, text: string, faults: PackFault[]): unknown => {
  try {
    return JSON.parse(text) as unknown
  } catch (error) {
    faults.push({
      file,
      path: '',
      zh: `不是有效的 JSON：${(error as Error).message}`,
      en: `is no JSON: ${(error as Error).message}`
    })
    return undefined
  }
}

const isTest = (file: string): boolean => /^test\/[a-z0-9-]+\.json$/.test(file)

/**
 * Reads a pack: every file against its schema, every text by its key in both languages. The pack is null when a file has faults of form; what it
 * means is another question ({@link checkPack}).
 */
export function readPack(files: PackFiles): { pack: Pack | null; faults: PackFault[] } {
  const faults: PackFault[] = []
  const documents = new Map<string, unknown>()
  for (const [file, text] of files) if (file.endsWith('.json')) documents.set(file, parse(file, text, faults))
  const strings: Strings = {
    zh: (documents.get('strings/zh-CN.json') ?? {}) as Record<string, string>,
    en: (documents.get('strings/en.json') ?? {}) as Record<string, string>
  }
  faults.push(...textFaults(documents, strings))
  const get = <T>(file: keyof typeof PACK_FILES, empty: T): T => {
    const document = documents.get(file)
    if (document === undefined) {
      if (PACK_FILES[file].required && !files.has(file)) faults.push({ file, path: '', zh: '缺少这个文件', en: 'is missing' })
      return empty
    }
    const whole = file.startsWith('strings/') ? document : withTexts(document, strings)
    faults.push(...formFaults(file, PACK_FILES[file].schema, whole))
    return whole as T
  }
  const tests = new Map<string, PackTest>()
  for (const [file, document] of documents) {
    if (!isTest(file) || document === undefined) continue
    faults.push(...formFaults(file, PackTest, document))
    tests.set(file, document as PackTest)
  }
  for (const file of files.keys())
    if (!(file in PACK_FILES) && !isTest(file) && file !== 'README.md' && !file.startsWith('test/payloads/'))
      faults.push({ file, path: '', zh: '场景包里没有这种文件', en: 'is no file of a pack' })
  get('strings/zh-CN.json', {})
  get('strings/en.json', {})
  const pages = get('pages.json', { pages: [] } as Pages)
  const reports = get('reports.json', { reports: [] } as Reports)
  const pack: Pack = {
    scenario: get('scenario.json', {} as Scenario),
    registers: get('registers.json', {} as Registers),
    things: get('things.json', { things: [] } as Things),
    classes: get('classes.json', { classes: [] } as Classes).classes,
    rules: get('rules.json', { rules: [] } as Static<typeof Rules>).rules,
    responses: get('flows.json', { responses: [] } as Static<typeof Flows>).responses,
    indicators: get('indicators.json', { indicators: [] } as Indicators).indicators,
    layers: get('layers.json', { layers: [] } as Layers).layers,
    pages: pages.pages,
    correlations: pages.correlations ?? [],
    public: get('public.json', { lists: [] } as Public).lists,
    reports: reports.reports,
    indexes: reports.indexes ?? [],
    quality: get('quality.json', {} as Quality),
    demo: get('demo/demo.json', null as Demo | null),
    tests,
    readme: files.get('README.md') ?? ''
  }
  return { pack: faults.length === 0 ? pack : null, faults }
}

/** Keys without a text in a language, and texts nobody shows. */
function textFaults(documents: ReadonlyMap<string, unknown>, strings: Strings): PackFault[] {
  const faults: PackFault[] = []
  const used = new Map<string, string>()
  for (const [file, document] of documents)
    if (!file.startsWith('strings/') && !isTest(file)) for (const key of textKeys(document)) used.set(key, used.get(key) ?? file)
  for (const [file, texts] of [
    ['strings/zh-CN.json', strings.zh],
    ['strings/en.json', strings.en]
  ] as const) {
    for (const [key, user] of used)
      if (!(key in texts))
        faults.push({
          file,
          path: `/${key}`,
          zh: `${user} 用到的“${key}”没有文字`,
          en: `has no text for "${key}", which ${user} shows`
        })
    for (const key of Object.keys(texts))
      if (!used.has(key)) faults.push({ file, path: `/${key}`, zh: `“${key}”没有地方用到`, en: `"${key}" is shown nowhere` })
  }
  return faults
}
