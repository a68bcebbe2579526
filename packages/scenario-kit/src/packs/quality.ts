import type { PackFault } from './form.ts'
import type { Pack } from './pack.ts'

const TIERS = ['bronze', 'silver', 'gold'] as const

interface TierRule {
  key: string
  tier: (typeof TIERS)[number]
  zh: string
  en: string
  holds(pack: Pack): boolean
}

const HEADINGS = ['## Who uses it', '## What it does', '## What it does not']

/** What each tier asks for and a program can see. A tier includes those before it. */
export const TIER_RULES: readonly TierRule[] = [
  {
    key: 'readme',
    tier: 'bronze',
    zh: 'README.md 说明谁用、做什么、不做什么',
    en: 'README.md says who uses it, what it does and what it does not',
    holds: (p) => HEADINGS.every((h) => p.readme.includes(h))
  },
  {
    key: 'pages',
    tier: 'bronze',
    zh: '至少有一页，页上能看到报警',
    en: 'there is a page, and alarms can be seen on it',
    holds: (p) =>
      p.rules.length === 0 || p.pages.some((page) => page.widgets.some((w) => w.type === 'alarms' || w.type === 'kpi'))
  },
  {
    key: 'silence',
    tier: 'silver',
    zh: '每个有规则的台账都有无数据规则',
    en: 'every register with rules has one about silence',
    holds: (p) =>
      new Set(p.rules.map((r) => r.on.type)).size ===
      new Set(p.rules.filter((r) => r.condition.kind === 'noData').map((r) => r.on.type)).size
  },
  {
    key: 'demo',
    tier: 'silver',
    zh: '有演示数据',
    en: 'there is a demonstration',
    holds: (p) => p.demo !== null || p.things.things.length === 0
  },
  {
    key: 'sources',
    tier: 'gold',
    zh: '每条规则引用标准条款或本地决定',
    en: 'every rule cites a clause of a standard or a decision',
    holds: (p) => p.rules.every((r) => r.source.clause !== undefined)
  }
]

/** Rules of the tier a pack claims that it neither meets nor is exempt from. */
export function tierFaults(pack: Pack): PackFault[] {
  const claimed = TIERS.indexOf(pack.quality.tier)
  return TIER_RULES.filter(
    (r) => TIERS.indexOf(r.tier) <= claimed && !r.holds(pack) && !(r.key in (pack.quality.exempt ?? {}))
  ).map((r) => ({
    file: 'quality.json',
    path: '/tier',
    zh: `未达到${r.tier}：${r.zh}（${r.key}）`,
    en: `not ${r.tier}: ${r.en} (${r.key})`
  }))
}
