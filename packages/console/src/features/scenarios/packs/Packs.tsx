import type { PackView } from '@chengyun/contract/scenarios'
import { EmptyState, formatNumber, Skeleton } from '@chengyun/ui'
import { useTranslation } from 'react-i18next'
import { Link, useRoute } from 'wouter'
import { useLivePacks, usePacks } from '../../../api/scenarios.ts'
import { QueryError } from '../../../parts/states.tsx'
import { useBoth } from '../context.ts'
import { KINDS } from '../kinds.ts'
import { PackCard } from './PackCard.tsx'
import { PackState } from './PackState.tsx'
import '../css/scenarios.css'
import './packs.css'

/** Packs there are, by kind: what is installed, what can be, what is wrong with one; the chosen one beside them. */
export default function Packs() {
  const { t } = useTranslation()
  const [, params] = useRoute<{ tab?: string }>('/admin/packs/:tab?')
  const packs = usePacks()
  useLivePacks()
  if (packs.isPending) return <Skeleton lines={12} />
  if (packs.isError && !packs.data) return <QueryError of={packs} />
  const all = packs.data ?? []
  if (all.length === 0) return <EmptyState title={t('packs.none')} hint={t('packs.noneHint')} />
  const chosen = all.find((p) => p.id === params?.tab)
  const rank = (p: PackView) => {
    const at = (KINDS as readonly string[]).indexOf(p.kind)
    return at < 0 ? KINDS.length : at
  }
  const order = [...all].sort((a, b) => rank(a) - rank(b) || a.id.localeCompare(b.id))
  const active = all.filter((p) => p.state === 'active').length
  return (
    <div className="packs">
      <div className="packs-list">
        <p className="packs-sum">{t('packs.sum', { n: all.length, active })}</p>
        <ul>
          {order.map((p) => (
            <Line key={p.id} pack={p} on={p.id === chosen?.id} />
          ))}
        </ul>
      </div>
      {chosen ? (
        <PackCard key={chosen.id} pack={chosen} />
      ) : (
        <EmptyState title={t('packs.choose')} hint={t('packs.chooseHint')} />
      )}
    </div>
  )
}

function Line({ pack: p, on }: { pack: PackView; on: boolean }) {
  const { t } = useTranslation()
  const both = useBoth()
  const newer = p.installed !== null && p.offered !== null && p.installed !== p.offered
  return (
    <li className={on ? 'on' : ''}>
      <Link href={`/admin/packs/${p.id}`} aria-current={on ? 'true' : undefined}>
        <b>{both(p.name)}</b>
        <PackState pack={p} />
        <span>
          {p.installed ?? p.offered ?? '–'}
          {newer ? <em>{t('packs.newer', { version: p.offered })}</em> : null}
        </span>
        <span>
          {t(`scenarios.kind.${p.kind}`, { defaultValue: p.kind })}
          {p.faults.length > 0 ? <em className="fault">{t('packs.faults', { n: formatNumber(p.faults.length) })}</em> : null}
        </span>
      </Link>
    </li>
  )
}
