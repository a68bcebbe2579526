import { ROLE_FACTS, ROLES, type RoleKey, type RosterRow } from '@chengyun/contract/org'
import dayjs from 'dayjs'

/** A line of a roster that cannot be read, counted from 1. */
export interface RosterFault {
  line: number
  reason: 'columns' | 'role' | 'time'
}

/**
 * Reads a roster: a line a shift, `account, role, unit, begin, end, duty grids`, by comma or tab. The role by key or Chinese name, times
 * as `2026-06-01 08:00` in the city's time, duty grids separated by blanks or `;`. A head line and empty lines are passed over.
 */
export function readRoster(text: string): { rows: RosterRow[]; faults: RosterFault[] } {
  const rows: RosterRow[] = []
  const faults: RosterFault[] = []
  text.split(/\r?\n/).forEach((raw, i) => {
    const line = raw.replace(/^\uFEFF/, '').trim()
    if (!line) return
    const [username = '', roleWord = '', unitKey = '', begin = '', end = '', grids = ''] = line
      .split(/[,，\t]/)
      .map((cell) => cell.trim().replace(/^"|"$/g, ''))
    const role = roleOf(roleWord)
    const startsAt = dayjs(begin)
    const endsAt = dayjs(end)
    // Names of columns are neither a role nor a time.
    if (i === 0 && !role && begin && !startsAt.isValid()) return
    if (!username || !roleWord || !unitKey || !begin || !end) faults.push({ line: i + 1, reason: 'columns' })
    else if (!role) faults.push({ line: i + 1, reason: 'role' })
    else if (!startsAt.isValid() || !endsAt.isValid() || !startsAt.isBefore(endsAt)) faults.push({ line: i + 1, reason: 'time' })
    else {
      const dutyGridCodes = grids.split(/[;；\s]+/).filter(Boolean)
      rows.push({
        username,
        role,
        unitKey,
        startsAt: startsAt.format(),
        endsAt: endsAt.format(),
        ...(dutyGridCodes.length > 0 ? { dutyGridCodes } : {})
      })
    }
  })
  return { rows, faults }
}

function roleOf(word: string): RoleKey | undefined {
  return ROLES.find((r) => r === word || ROLE_FACTS[r].zh === word || ROLE_FACTS[r].en.toLowerCase() === word.toLowerCase())
}
