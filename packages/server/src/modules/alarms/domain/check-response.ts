import type { ResponseDeclaration } from '@chengyun/contract/alarms'

export interface Fault {
  zh: string
  en: string
}

/** What is wrong with a response beyond its shape; empty: nothing. */
export function responseFaults(d: ResponseDeclaration): Fault[] {
  const out: Fault[] = []
  const seen = new Set<number>()
  for (const l of d.levels) {
    if (seen.has(l.level)) out.push({ zh: `${l.level} 级写了两次`, en: `level ${l.level} stands twice` })
    seen.add(l.level)
    const parties = l.parties.map((p) => p.party)
    if (new Set(parties).size < parties.length)
      out.push({ zh: `${l.level} 级的参与方重复`, en: `a party of level ${l.level} stands twice` })
    const times = l.ladder.map((r) => r.afterS)
    if (times.some((t, i) => i > 0 && t <= times[i - 1]!))
      out.push({ zh: `${l.level} 级的升级时间须逐级增大`, en: `the ladder of level ${l.level} does not rise in time` })
    if (l.ladder.length > 0 && !l.parties.some((p) => p.acknowledgeS !== undefined))
      out.push({ zh: `${l.level} 级有升级，却无人须确认`, en: `level ${l.level} has a ladder and nobody who must acknowledge` })
    if (l.ladder.some((r) => r.raise) && l.level === 1) out.push({ zh: '一级不能再升级', en: 'level 1 cannot become graver' })
  }
  return out
}
