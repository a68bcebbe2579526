import type { AlarmLevel, Party, ResponseDeclaration, ResponseLevel, ResponseParty } from '@chengyun/contract/alarms'
import type { AlarmRow } from './alarm.ts'

/** What a response says of a level: the level itself, else the next graver one that it names, else the gravest it has. */
export function responseAt(response: ResponseDeclaration, level: AlarmLevel): ResponseLevel {
  const byLevel = [...response.levels].sort((a, b) => b.level - a.level)
  return byLevel.find((l) => l.level <= level) ?? byLevel.at(-1)!
}

/** The unit of a party; the hub is no unit but whoever watches the place. */
export const unitOfParty = (party: Party, a: Pick<AlarmRow, 'regulator_id' | 'holder_id'>): string | null =>
  party === 'regulator' ? a.regulator_id : party === 'owner' ? a.holder_id : null

/** Parties of a level that exist for this item: an item without an authority has no regulator. */
export const partiesAt = (level: ResponseLevel, a: Pick<AlarmRow, 'regulator_id' | 'holder_id'>): ResponseParty[] =>
  level.parties.filter((p) => p.party === 'hub' || unitOfParty(p.party, a) !== null)

/** The units that see an alarm, as far as the response gives them a part in it. What once was seen at a graver level stays seen. */
export function seenBy(
  level: ResponseLevel,
  a: Pick<AlarmRow, 'regulator_id' | 'holder_id' | 'keeper_id' | 'authority_id' | 'owner_id' | 'maintainer_id'>
): Pick<AlarmRow, 'authority_id' | 'owner_id' | 'maintainer_id'> {
  const has = (party: Party) => level.parties.some((p) => p.party === party)
  return {
    authority_id: has('regulator') ? a.regulator_id : a.authority_id,
    owner_id: has('owner') ? a.holder_id : a.owner_id,
    maintainer_id: has('owner') ? a.keeper_id : a.maintainer_id
  }
}

/** When the next rung of the ladder is due, counted from when the alarm took its level; null: there is none left. */
export function nextRung(level: ResponseLevel, since: Date, taken: number): Date | null {
  const rung = level.ladder[taken]
  return rung ? new Date(since.getTime() + rung.afterS * 1000) : null
}

/** One level graver; null at the gravest. */
export const graver = (level: AlarmLevel): AlarmLevel | null => (level === 1 ? null : ((level - 1) as AlarmLevel))
