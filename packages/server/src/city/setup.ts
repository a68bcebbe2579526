import { join } from 'node:path'
import { addDays, dayAt, startOfDay } from '@chengyun/contract/indicators'
import { sql } from 'kysely'
import { addCalendar, hasCalendar, loadCodes, offerClasses, saveFlowConfig } from '../modules/cases/index.ts'
import { loadResponsibility } from '../modules/dispatch/index.ts'
import { ensureSurface, readCityFiles, setUpCityPlaces } from '../modules/geo/index.ts'
import {
  assignDutyGrids,
  buildOrganisation,
  DEMO_PASSWORD,
  hashPassword,
  loadOrganisation,
  loadShifts,
  openKeyring,
  rosterFor
} from '../modules/org/index.ts'
import { loadTypes, setUpDemoComponents, setUpDemoRegisters } from '../modules/registry/index.ts'
import { changePack, demoScale, groundOf, HOUR_DAYS, listOffers, packFolder, setUpPackDemo } from '../modules/scenarios/index.ts'
import { streamsOf } from '../modules/streams/index.ts'
import { SYSTEM } from '../platform/actor.ts'
import { command } from '../platform/command.ts'
import type { Db } from '../platform/db.ts'
import type { Settings } from '../platform/settings.ts'
import { createAdministrators } from './administrators.ts'
import { readCodeSet } from './code-set.ts'
import { CITIES, type City, readCity } from './profile.ts'
import { readRegisters } from './registers.ts'

export interface CitySetUp {
  /** Profile id; an existing city keeps its own. */
  city: string
  /** With people, accounts and a roster. */
  demo: boolean
  now: Date
  log: (message: string) => void
}

const ROSTER_DAYS = 9
const DEMO_COMPONENTS = 40_000
/** Units and posts of the demonstration count from here on, before the oldest case anyone may import into it. */
const SINCE = new Date('2000-01-01T00:00:00Z')

const saveCity = command(async (tx, input: { city: City; demo: boolean }, { actor, now }) => {
  const { id, name, adcode, timeZone, center, extent, locale } = input.city.profile
  const value = { id, name, adcode, timeZone, center, extent, locale, demo: input.demo }
  await sql`insert into platform.setting (key, value, changed_at, changed_by) values ('city', ${JSON.stringify(value)}::jsonb, ${now}, ${actor.id})`.execute(
    tx
  )
})

/**
 * Set an empty database up with a city; one that has a city is left alone. Each step leaves alone what is there, so that a set-up which was
 * interrupted goes on when the server is started again: the city counts as there only when the last step is done.
 */
export async function ensureCity(db: Db, settings: Settings, options: CitySetUp): Promise<void> {
  // Registers that come with a newer platform are declared in a city that stands already, too.
  await loadTypes(db, SYSTEM, { declarations: await readRegisters(), origin: 'platform' }, options.now)
  const { rows } = await sql<{ value: { id: string } }>`select value from platform.setting where key = 'city'`.execute(db)
  if (rows[0]) {
    // A city that was set up before its profile knew its coast.
    await ensureSurface(db, join(CITIES, rows[0].value.id))
    return
  }
  const { log, now, demo } = options
  const city = await readCity(options.city)
  const { profile } = city
  log(`setting up ${profile.name.zh} (${profile.name.en}): once, about half a minute`)

  let told = ''
  const today = dayAt(now.getTime(), profile.timeZone)
  const places = await setUpCityPlaces(db, city.folder, {
    validFrom: '2000-01-01',
    onProgress: (step, share) => {
      const line = `  places: ${step} ${Math.floor(share * 4) * 25} %`
      if (line !== told) log(line)
      told = line
    }
  })
  if (places)
    log(`  ${places.divisions} divisions, ${places.grids} unit grids, ${places.dutyGrids} duty grids, ${places.places} places`)

  await ensureSurface(db, city.folder)

  const codes = await readCodeSet(city.extension)
  const loaded = await loadCodes(db, SYSTEM, codes, now)
  log(`  ${loaded.classes} classes of two standards, ${loaded.conditions} conditions with limits`)
  if (!(await hasCalendar(db))) await addCalendar(db, SYSTEM, { calendar: city.calendar, districtCode: null }, now)
  const regionClass = await classesOfDistricts(db, profile.regionClasses)
  await saveFlowConfig(db, SYSTEM, { config: { regionClass } }, now)

  await loadPeople(db, settings, city, options, today)
  if (city.responsibility) {
    const rules = await loadResponsibility(db, SYSTEM, city.responsibility, now)
    log(`  ${rules.ruleIds.length} rules of responsibility`)
  }
  if (demo) {
    await offerClasses(db)
    const options = { seed: profile.demoSeed, centre: profile.center, count: DEMO_COMPONENTS, now }
    log(`  ${await setUpDemoComponents(db, SYSTEM, options)} components`)
    const lists = await setUpDemoRegisters(db, SYSTEM, options)
    log(`  ${[...lists.values()].reduce((a, b) => a + b, 0)} items of ${lists.size} other registers`)
  }
  await saveCity(db, SYSTEM, { city, demo }, now)
  if (demo) await loadPacks(db, settings, options)
  if (!demo) await createAdministrators(db, settings, log)
}

/** The class of every district: its own, or the default of the profile. */
async function classesOfDistricts(db: Db, classes: City['profile']['regionClasses']): Promise<Record<string, 'A' | 'B' | 'C'>> {
  const { rows } = await sql<{ code: string }>`select code from geo.pub_division where level = 'district' order by code`.execute(
    db
  )
  return Object.fromEntries(
    rows.flatMap(({ code }) => {
      const own = classes[code] ?? classes.default
      return own ? [[code, own]] : []
    })
  )
}

async function loadPeople(db: Db, settings: Settings, city: City, { demo, now, log }: CitySetUp, today: string): Promise<void> {
  const { profile, layout, folder } = city
  const grids = await sql<{
    code: string
    street_code: string
  }>`select code, street_code from geo.pub_duty_grid order by code`.execute(db)
  const dutyGrids = grids.rows.map((g) => ({ code: g.code, streetCode: g.street_code }))
  const organisation = buildOrganisation(layout, readCityFiles(folder).divisions, profile.demoSeed, dutyGrids)
  const built = demo ? organisation : { ...organisation, users: [] }
  const counts = await loadOrganisation(
    db,
    SYSTEM,
    {
      organisation: built,
      passwordHash: demo ? await hashPassword(DEMO_PASSWORD) : '',
      keyring: openKeyring(settings),
      demo,
      since: SINCE
    },
    now
  )
  log(`  ${counts.units} units, ${counts.users} people in ${counts.posts} posts`)
  if (!demo) return
  await assignDutyGrids(db, SYSTEM, { grids: dutyGrids }, now)
  const days = Array.from({ length: ROSTER_DAYS }, (_, i) => addDays(today, i - 1))
  const shifts = days.flatMap((day) => rosterFor(built, day, startOfDay(day, profile.timeZone), profile.demoSeed))
  log(`  ${await loadShifts(db, SYSTEM, { shifts }, now)} shifts on the roster`)
}

/** A demonstration has every pack that is sound, what others need first, with its items, streams and history. */
async function loadPacks(db: Db, settings: Settings, { log, now }: CitySetUp): Promise<void> {
  const scale = demoScale(settings)
  if (scale === 0) return
  const offers = (await listOffers(packFolder(settings), await groundOf(db))).flatMap(({ pack, hash }) =>
    pack ? [{ pack, hash }] : []
  )
  const needs = (pack: (typeof offers)[number]['pack']) => Object.keys(pack.scenario.requires.packs ?? {}).length
  let [items, streams] = [0, 0]
  for (const { pack, hash } of offers.sort((a, b) => needs(a.pack) - needs(b.pack))) {
    const { tests: _tests, readme: _readme, ...document } = pack
    await changePack(db, SYSTEM, { id: pack.scenario.id, act: 'install', held: null, offer: { document, hash } })
    const made = await setUpPackDemo(db, SYSTEM, document, { scale, hourDays: HOUR_DAYS, now })
    items += made.items
    streams += made.streams
  }
  await (await streamsOf(db)).close()
  log(`  ${offers.length} scenario packs with ${items} items and ${streams} streams`)
}
