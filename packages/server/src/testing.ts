// A small city for tests: two districts side by side, four streets, eight communities; the same modules, commands and routes as a real one.

import type { ResponsibilityFile } from '@chengyun/contract/cases'
import type { WorkCalendar } from '@chengyun/contract/clock'
import { addDays, dayAt, startOfDay } from '@chengyun/contract/indicators'
import type { InjectOptions } from 'fastify'
import { sql } from 'kysely'
import { type App, build } from './app.ts'
import { readCodeSet } from './city/code-set.ts'
import { readRegisters } from './city/registers.ts'
import { addCalendar, loadCodes } from './modules/cases/index.ts'
import { loadResponsibility } from './modules/dispatch/index.ts'
import { type CityFiles, planCity, setUpCity } from './modules/geo/index.ts'
import {
  assignDutyGrids,
  buildOrganisation,
  DEMO_PASSWORD,
  hashPassword,
  loadOrganisation,
  loadShifts,
  type OrganisationLayout,
  openKeyring,
  rosterFor
} from './modules/org/index.ts'
import { loadTypes } from './modules/registry/index.ts'
import { MODULES } from './modules.ts'
import { SYSTEM } from './platform/actor.ts'
import { openLog } from './platform/log.ts'
import { readSettings, type Settings } from './platform/settings.ts'
import { type TestDatabase, testDb } from './platform/testing-db.ts'

const ZONE = 'Asia/Shanghai'
export const WEST = '370202'
export const EAST = '370203'
/** A point in each district, well inside a grid. */
export const AT_WEST: [number, number] = [120.3155, 36.0655]
export const AT_EAST: [number, number] = [120.3655, 36.0655]
export const OUTSIDE: [number, number] = [121.9, 36.5]

const square = (w: number, e: number) => ({
  type: 'Polygon' as const,
  coordinates: [
    [
      [w, 36.05],
      [e, 36.05],
      [e, 36.08],
      [w, 36.08],
      [w, 36.05]
    ]
  ] as [number, number][][]
})
const streetsOf = (code: string, name: string) =>
  [1, 2].flatMap((s) => [
    { code: `${code}00${s}`, name: `${name}${s}街道`, level: 'street' as const },
    ...[1, 2].map((c) => ({ code: `${code}00${s}00${c}`, name: `${name}${s}${c}社区`, level: 'community' as const }))
  ])

export const TEST_CITY: CityFiles = {
  profile: {
    id: 'test',
    adcode: '370200',
    center: [120.34, 36.065],
    extent: [120.2, 36, 120.5, 36.2],
    unitGrid: { referenceLat: 36, defaultCellM: 400, cellM: {} },
    regionClasses: { default: 'C' },
    dutyGrids: { communitiesPerGrid: 1 },
    demoSeed: 'test'
  },
  divisions: [
    { code: '370200', name: '测试市', level: 'city' },
    { code: WEST, name: '西区', level: 'district' },
    { code: EAST, name: '东区', level: 'district' },
    ...streetsOf(WEST, '西'),
    ...streetsOf(EAST, '东')
  ],
  outlines: [
    { properties: { code: WEST }, geometry: square(120.3, 120.34) },
    { properties: { code: EAST }, geometry: square(120.34, 120.38) }
  ],
  names: null
}

const LAYOUT: OrganisationLayout = {
  collectors: 16,
  center: { key: 'city-center', name: '测试市中心', shortName: '市中心' },
  districtCenter: { name: '{d}中心', shortName: '{d}中心' },
  streetStation: { name: '{s}工作站', shortName: '{s}' },
  cityUnits: [
    { key: 'water-group', name: '水务集团', shortName: '水务', kind: 'enterprise' },
    { key: 'urban-management', name: '城市管理局', shortName: '城管局', kind: 'city_department' }
  ],
  districtUnits: [{ key: 'sanitation', name: '{d}环卫所', shortName: '环卫所' }],
  streetUnits: [{ key: 'cleaning', name: '{s}保洁队', shortName: '保洁队' }],
  crews: []
}

const SLOTS: [string, string][] = [
  ['08:00', '12:00'],
  ['14:00', '18:00']
]
const CALENDAR = {
  id: 'test',
  version: 1,
  timeZone: ZONE,
  hoursPerDay: 8,
  days: {},
  weekly: { mon: SLOTS, tue: SLOTS, wed: SLOTS, thu: SLOTS, fri: SLOTS, sat: [], sun: [] }
} as unknown as WorkCalendar

/** Rubbish belongs to the street; water covers to nobody in particular, so that a dispatcher has something to decide. */
const RESPONSIBILITY: ResponsibilityFile = {
  standardRef: 'GB/T 47678.5-2026',
  version: 'test',
  note: '',
  rules: [{ id: 'street-litter', kind: 'matter', classes: ['06'], area: null, unitKey: 'street' }]
}

export interface Answer<T = Record<string, unknown>> {
  status: number
  body: T
  headers: Record<string, unknown>
}

/** A signed-in person: requests carry the session and its CSRF token. */
export interface Client {
  username: string
  csrf: string
  cookie: string
  call<T = Record<string, unknown>>(
    method: InjectOptions['method'],
    url: string,
    body?: unknown,
    headers?: Record<string, string>
  ): Promise<Answer<T>>
}

export interface TestApp {
  app: App
  database: TestDatabase
  settings: Settings
  as(username: string): Promise<Client>
  /** Deliver what waits in the outbox. */
  settle(): Promise<void>
  close(): Promise<void>
}

export const testSettings = (over: Record<string, string> = {}): Settings =>
  readSettings(
    { CHENGYUN_LOG: 'error', CHENGYUN_DEMO: '1', CHENGYUN_SECRET: 'test-secret-of-thirty-two-characters', ...over },
    MODULES.flatMap((m) => (m.settings ? [m.settings] : []))
  )

/** A database with the small city in it. */
export async function testCity(settings: Settings, now = new Date()): Promise<TestDatabase> {
  const database = await testDb({ poolSize: 8 })
  const { db } = database
  await setUpCity(db, SYSTEM, { plan: planCity(TEST_CITY), validFrom: '2000-01-01' }, now)
  await loadCodes(db, SYSTEM, await readCodeSet(undefined), now)
  await addCalendar(db, SYSTEM, { calendar: CALENDAR, districtCode: null }, now)
  await loadTypes(db, SYSTEM, { declarations: await readRegisters(), origin: 'platform' }, now)
  const grids = await sql<{
    code: string
    streetCode: string
  }>`select code, street_code as "streetCode" from geo.pub_duty_grid order by code`.execute(db)
  const organisation = buildOrganisation(LAYOUT, TEST_CITY.divisions, 'test', grids.rows)
  await loadOrganisation(
    db,
    SYSTEM,
    {
      organisation,
      passwordHash: await hashPassword(DEMO_PASSWORD),
      keyring: openKeyring(settings),
      demo: true,
      since: new Date('2000-01-01')
    },
    now
  )
  await assignDutyGrids(db, SYSTEM, { grids: grids.rows }, now)
  const today = dayAt(now.getTime(), ZONE)
  const days = [-1, 0, 1].map((n) => addDays(today, n))
  await loadShifts(
    db,
    SYSTEM,
    { shifts: days.flatMap((day) => rosterFor(organisation, day, startOfDay(day, ZONE), 'test')) },
    now
  )
  await loadResponsibility(db, SYSTEM, RESPONSIBILITY, now)
  const city = {
    id: 'test',
    name: { zh: '测试市', en: 'Test city' },
    adcode: '370200',
    timeZone: ZONE,
    center: TEST_CITY.profile.center,
    extent: TEST_CITY.profile.extent,
    demo: true
  }
  await sql`insert into platform.setting (key, value, changed_at, changed_by) values ('city', ${JSON.stringify(city)}::jsonb, ${now}, ${SYSTEM.id})`.execute(
    db
  )
  return database
}

/** The whole program on a small city: the same build() that main.ts uses, without a socket. */
export async function testApp(over: Record<string, string> = {}): Promise<TestApp> {
  const settings = testSettings(over)
  const database = await testCity(settings)
  const app = await build({ db: database.db, settings, log: openLog(settings.CHENGYUN_LOG), jobs: false })
  const clients = new Map<string, Promise<Client>>()
  return {
    app,
    database,
    settings,
    as: (username) => {
      const known = clients.get(username) ?? signIn(app, username)
      clients.set(username, known)
      return known
    },
    settle: () => app.relay.settle(),
    close: async () => {
      await app.close()
      await database.close()
    }
  }
}

export async function signIn(app: App, username: string): Promise<Client> {
  const reply = await app.http.inject({ method: 'POST', url: '/api/session', payload: { username, password: DEMO_PASSWORD } })
  if (reply.statusCode !== 200) throw new Error(`${username} cannot sign in: ${reply.statusCode} ${reply.body}`)
  const cookie = String(reply.headers['set-cookie']).split(';')[0]!
  const { csrfToken } = reply.json<{ csrfToken: string }>()
  return {
    username,
    cookie,
    csrf: csrfToken,
    call: async (method, url, body, headers = {}) => {
      const answer = await app.http.inject({
        ...(method !== undefined && { method }),
        url,
        headers: { cookie, 'x-csrf-token': csrfToken, ...headers },
        ...(body !== undefined && { payload: body as object })
      })
      const type = String(answer.headers['content-type'] ?? '')
      return {
        status: answer.statusCode,
        body: type.includes('json') ? answer.json() : (answer.rawPayload as never),
        headers: answer.headers
      }
    }
  }
}
