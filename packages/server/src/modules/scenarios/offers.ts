import { createHash } from 'node:crypto'
import type { RegisterDeclaration } from '@chengyun/contract/registry'
import { SCENARIOS_ERRORS } from '@chengyun/contract/scenarios'
import { checkPack, type Pack, type PackFault, type PackFiles, readPack } from '@chengyun/scenario-kit/packs'
import type { Db } from '../../platform/db.ts'
import { thrower } from '../../platform/errors.ts'
import { listTypes } from '../registry/index.ts'
import { listFolders, readFolder } from './folder.ts'
import type { SoundOffer } from './queries/plan.ts'

const fail = thrower(SCENARIOS_ERRORS)
/** Modules a pack may name; those of the boot order before this one. */
export const KERNEL = [
  'org',
  'geo',
  'media',
  'registry',
  'streams',
  'alarms',
  'cases',
  'dispatch',
  'indicators',
  'citizen',
  'field'
] as const

/** Version packs say they were made for. */
export const PLATFORM = '0.1.0'

/** A pack as it lies in its folder. */
export interface Offer {
  id: string
  pack: Pack | null
  faults: PackFault[]
  /** SHA-256 over its files; the same files are the same pack. */
  hash: string
}

const hashOf = (files: PackFiles): string => {
  const hash = createHash('sha256')
  for (const [file, text] of [...files].sort(([a], [b]) => (a < b ? -1 : 1))) hash.update(`${file}\0${text}\0`)
  return hash.digest('hex')
}

/** What the packs of a folder stand on: modules, and the registers and packs that are there without them. */
export interface Ground {
  modules: readonly string[]
  registers: readonly { declaration: RegisterDeclaration; origin: string }[]
}

/** What was found of packs whose files and surroundings are as they were: tests of a pack are not run again for every look. */
const known = new Map<string, Offer>()
const MAX_KNOWN = 200

/** Every pack of a folder with everything that is wrong with it. A pack may name what other packs of the folder bring. */
export async function listOffers(root: string, ground: Ground): Promise<Offer[]> {
  const found = await Promise.all((await listFolders(root)).map(async (id) => ({ id, files: await readFolder(root, id) })))
  const hashes = found.map(({ files }) => hashOf(files))
  const around = createHash('sha256')
    .update(JSON.stringify([hashes, ground]))
    .digest('hex')
  const keys = found.map(({ id }) => `${id} ${around}`)
  if (!keys.every((key) => known.has(key))) {
    if (known.size > MAX_KNOWN) known.clear()
    const read = found.map(({ id, files }, i) => ({ id, files, hash: hashes[i]!, ...readPack(files) }))
    for (const [i, one] of read.entries()) known.set(keys[i]!, checked(one, read, ground))
  }
  return keys.map((key) => known.get(key)!)
}

interface Read {
  id: string
  files: PackFiles
  hash: string
  pack: Pack | null
}

function checked({ id, files, hash, pack: own }: Read, all: readonly Read[], ground: Ground): Offer {
  const others = all.filter((o) => o.id !== id && o.pack)
  const registers = new Map(
    ground.registers.filter((r) => r.origin !== id).map((r) => [r.declaration.id, withoutAdded(r.declaration, own)])
  )
  for (const other of others)
    for (const declared of other.pack?.registers.declare ?? [])
      if (!registers.has(declared.id)) registers.set(declared.id, declared)
  const packs = new Map(others.map((o) => [o.id, o.pack!.scenario.version]))
  const { pack, faults } = checkPack(files, { folder: id, platform: PLATFORM, modules: ground.modules, registers, packs })
  return { id, pack, faults, hash }
}

/** What packs of this city stand on now. */
export async function groundOf(db: Db): Promise<Ground> {
  const types = await listTypes(db)
  return { modules: KERNEL, registers: types.map((t) => ({ declaration: t.declaration, origin: t.origin })) }
}

/** One pack of a folder, without fault. Throws SCENARIOS_PACK_NOT_FOUND, SCENARIOS_PACK_FAULTY. */
export async function soundOffer(db: Db, root: string, id: string): Promise<SoundOffer> {
  const offer = (await listOffers(root, await groundOf(db))).find((o) => o.id === id)
  if (!offer) throw fail('SCENARIOS_PACK_NOT_FOUND', { pack: id })
  if (!offer.pack) {
    const said = (lang: 'zh' | 'en') =>
      offer.faults
        .slice(0, 3)
        .map((f) => `${f.file} ${f[lang]}`)
        .join(lang === 'zh' ? '；' : '; ')
    throw fail('SCENARIOS_PACK_FAULTY', {
      pack: id,
      count: offer.faults.length,
      summary: said('zh'),
      summaryEn: said('en'),
      faults: offer.faults
    })
  }
  const { tests: _tests, readme: _readme, ...document } = offer.pack
  return { document, hash: offer.hash }
}

/** A register as it is without what this pack added to it, so that an installed pack is not told of its own attributes. */
function withoutAdded(declaration: RegisterDeclaration, pack: Pack | null | undefined): RegisterDeclaration {
  const added = new Set(
    (pack?.registers.extend ?? []).filter((e) => e.register === declaration.id).flatMap((e) => e.attributes.map((a) => a.key))
  )
  return added.size === 0 ? declaration : { ...declaration, attributes: declaration.attributes.filter((a) => !added.has(a.key)) }
}
