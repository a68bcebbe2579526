import type { CaseEnv } from '../cases/index.ts'
import { findComponent } from '../registry/index.ts'
import { isRegisterShown } from './queries/citizen-components.ts'

const STANDARD = 'GB/T 47678.5-2026'

/** A component with the class that a problem of it is filed under today. */
export interface ComponentOfReport {
  code: string
  classCode: string
  className: string
  classNameEn: string
  /** [lng, lat], to about a metre. */
  location: [number, number]
}

/** Public places are told to 5 decimals (standards §5.3). */
const round = (degrees: number): number => Math.round(degrees * 1e5) / 1e5

/** A component a citizen stands before; nothing where there is none or its class is not in use. */
export async function componentOfReport(env: CaseEnv, code: string): Promise<ComponentOfReport | undefined> {
  const found = await findComponent(env.db, code)
  if (!found?.place || found.removed || !(await isRegisterShown(env.db))) return undefined
  const { reference } = env
  const c = reference.findClass(STANDARD, 'component', reference.upgrades.get(found.classCode) ?? found.classCode)
  if (!c?.active) return undefined
  const location: [number, number] = [round(found.place[0]), round(found.place[1])]
  return { code: found.code, classCode: c.code, className: c.name, classNameEn: c.nameEn, location }
}
