import type { Limit, StandardRef } from '@chengyun/contract/cases'
import {
  type CalendarSource,
  type CompiledCalendar,
  calendarBook,
  compileCalendar,
  type WorkCalendar
} from '@chengyun/contract/clock'
import { sql } from 'kysely'
import type { Db } from '../../../platform/db.ts'
import { AppError } from '../../../platform/errors.ts'
import { limitFor } from '../domain/conditions.ts'
import { DEFAULT_FLOW_CONFIG, type FlowConfig } from '../domain/config.ts'

export interface ClassRow {
  standardRef: StandardRef
  kind: 'component' | 'matter'
  code: string
  majorCode: string
  majorName: string
  name: string
  nameEn: string
  active: boolean
  local: boolean
  selfHandle: boolean
  remoteCheck: boolean
}
export interface ConditionRow {
  id: string
  standardRef: StandardRef
  kind: 'component' | 'matter'
  code: string
  condition: string
  closeCondition: string
  limits: { regionClass?: string; mode?: string; kind: Limit['kind']; value: number }[]
  isDefault: boolean
  active: boolean
}
export interface UnitRow {
  id: string
  key: string
  kind: string
  name: string
  shortName: string
  path: string[]
  districtCode: string | null
  streetCode: string | null
  active: boolean
}

const classKey = (standardRef: string, kind: string, code: string) => `${standardRef}|${kind}|${code}`

/**
 * What every operation looks things up in, held in memory so that a transition costs no query: classes, conditions, calendars, flow
 * settings, units. Loaded at start, and again when an event says that one of them changed.
 */
export class Reference {
  classes = new Map<string, ClassRow>()
  conditions = new Map<string, ConditionRow>()
  units = new Map<string, UnitRow>()
  /** Component classes of 2013 that have one of 2026. */
  upgrades: ReadonlyMap<string, string> = new Map()
  /** Middle of each duty grid: where its collector is presumed to be. */
  dutyGridCentres = new Map<string, { lng: number; lat: number }>()
  config: FlowConfig = DEFAULT_FLOW_CONFIG
  configVersion = 0
  readonly #calendars = new Map<string, CompiledCalendar>()
  #current: CompiledCalendar | undefined
  #byDistrict = new Map<string, CompiledCalendar>()
  book: CalendarSource = calendarBook([])

  static async load(db: Db): Promise<Reference> {
    const reference = new Reference()
    await reference.reload(db)
    return reference
  }

  async reload(db: Db): Promise<void> {
    await Promise.all([
      this.#loadClasses(db),
      this.#loadUnits(db),
      this.#loadDutyGrids(db),
      this.#loadCalendars(db),
      this.#loadConfig(db)
    ])
  }

  async #loadClasses(db: Db): Promise<void> {
    const classes =
      await sql<ClassRow>`select standard_ref as "standardRef", kind, code, major_code as "majorCode", major_name as "majorName", name,
      name_en as "nameEn", active, local, self_handle as "selfHandle", remote_check as "remoteCheck" from cases.class order by standard_ref, kind, code`.execute(
        db
      )
    const conditions =
      await sql<ConditionRow>`select id, standard_ref as "standardRef", kind, code, condition, close_condition as "closeCondition", limits,
      is_default as "isDefault", active from cases.condition order by sort, id`.execute(db)
    this.classes = new Map(classes.rows.map((c) => [classKey(c.standardRef, c.kind, c.code), c]))
    this.conditions = new Map(conditions.rows.map((c) => [c.id, c]))
    const { rows } = await sql<{ from: string; to: string }>`select code_2013 as "from", code as "to" from cases.pub_class_mapping
      where kind_2013 = 'component' and kind = 'component'`.execute(db)
    this.upgrades = new Map(rows.map((r) => [r.from, r.to]))
  }

  async #loadUnits(db: Db): Promise<void> {
    const { rows } =
      await sql<UnitRow>`select id, key, kind, name, short_name as "shortName", path, district_code as "districtCode", street_code as "streetCode",
      active from org.pub_unit`.execute(db)
    this.units = new Map(rows.map((u) => [u.id, u]))
  }

  async #loadDutyGrids(db: Db): Promise<void> {
    const { rows } = await sql<{
      code: string
      lng: number
      lat: number
    }>`select m.duty_grid_code as code, avg(g.lng) as lng, avg(g.lat) as lat
      from geo.pub_duty_grid_member m join geo.pub_unit_grid g on g.code = m.grid_code group by m.duty_grid_code`.execute(db)
    this.dutyGridCentres = new Map(rows.map((r) => [r.code, { lng: r.lng, lat: r.lat }]))
  }

  async #loadCalendars(db: Db): Promise<void> {
    const { rows } = await sql<{
      doc: WorkCalendar
      district_code: string | null
    }>`select doc, district_code from cases.calendar order by id, version`.execute(db)
    for (const row of rows) {
      const key = `${row.doc.id}@${row.doc.version}`
      const compiled = this.#calendars.get(key) ?? compileCalendar(row.doc)
      this.#calendars.set(key, compiled)
      if (row.district_code) this.#byDistrict.set(row.district_code, compiled)
      else this.#current = compiled
    }
    this.book = calendarBook(this.#calendars.values())
  }

  async #loadConfig(db: Db): Promise<void> {
    const { rows } = await sql<{ doc: Partial<FlowConfig>; version: number }>`select doc, version from cases.flow_config`.execute(
      db
    )
    const row = rows[0]
    this.config = { ...DEFAULT_FLOW_CONFIG, ...row?.doc }
    this.configVersion = row?.version ?? 0
  }

  /** The calendar new clocks of a district start with. */
  calendarOf(districtCode: string | null): CompiledCalendar {
    const calendar = (districtCode ? this.#byDistrict.get(districtCode) : undefined) ?? this.#current
    if (!calendar) throw new AppError('CASE_CALENDAR_UNKNOWN', 500)
    return calendar
  }

  findClass(standardRef: string, kind: string, code: string): ClassRow | undefined {
    return this.classes.get(classKey(standardRef, kind, code))
  }

  conditionsOf(standardRef: string, kind: string, code: string): ConditionRow[] {
    return [...this.conditions.values()].filter(
      (c) => c.active && c.standardRef === standardRef && c.kind === kind && c.code === code
    )
  }

  /** The limit of a condition for the class of the place's region and the operation mode in force. */
  limitOf(condition: ConditionRow, districtCode: string | null): Limit {
    const region = (districtCode && this.config.regionClass[districtCode]) || null
    const found = limitFor({ limits: condition.limits } as Parameters<typeof limitFor>[0], region, this.config.mode)
    return { kind: found.kind, value: found.value }
  }

  unitName(id: string | null): string | null {
    return id ? (this.units.get(id)?.name ?? null) : null
  }
}
