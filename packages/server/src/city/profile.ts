import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ClassExtensionFile, ResponsibilityFile } from '@chengyun/contract/cases'
import type { WorkCalendar } from '@chengyun/contract/clock'
import { readClassExtension, readResponsibility } from '../import/codes.ts'
import type { OrganisationLayout } from '../modules/org/index.ts'
import { AppError } from '../platform/errors.ts'

export const CITIES = fileURLToPath(new URL('../../../../cities/', import.meta.url))

/** profile.json of a city, the part everyone reads. */
export interface CityProfile {
  id: string
  name: { zh: string; en: string }
  adcode: string
  timeZone: string
  locale: string
  standardRef: 'GB/T 47678.5-2026' | 'GB/T 30428.2-2013'
  center: [number, number]
  extent: [number, number, number, number]
  regionClasses: Record<string, 'A' | 'B' | 'C'>
  demoSeed: string
}

export interface City {
  folder: string
  profile: CityProfile
  layout: OrganisationLayout
  calendar: WorkCalendar
  extension: ClassExtensionFile | undefined
  responsibility: ResponsibilityFile | undefined
}

const readJson = async <T>(path: string): Promise<T> => JSON.parse(await readFile(path, 'utf8')) as T

/** Read a profile folder whole. @throws AppError CITY_UNKNOWN */
export async function readCity(id: string): Promise<City> {
  const folder = join(CITIES, id)
  if (!/^[a-z0-9-]+$/.test(id) || !existsSync(join(folder, 'profile.json')))
    throw new AppError('CITY_UNKNOWN', 400, `There is no city profile "${id}" in cities/`)
  const optional = async <T>(file: string, read: (path: string) => Promise<T>): Promise<T | undefined> =>
    existsSync(join(folder, file)) ? read(join(folder, file)) : undefined
  return {
    folder,
    profile: await readJson<CityProfile>(join(folder, 'profile.json')),
    layout: await readJson<OrganisationLayout>(join(folder, 'organisation.json')),
    calendar: await readJson<WorkCalendar>(join(folder, 'calendar.json')),
    extension: await optional('codes-extension.json', readClassExtension),
    responsibility: await optional('responsibility.json', readResponsibility)
  }
}
