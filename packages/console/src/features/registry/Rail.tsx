import { formatNumber, Skeleton } from '@chengyun/ui'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { useMay } from '../../api/session.ts'
import { usePreferences } from '../../preferences.tsx'
import { useRequests, useTypes } from './data.ts'
import { REGISTER_GROUPS } from './layout.ts'
import { Sign } from './Sign.tsx'

/** All registers with their numbers, and what else is done with them. */
export function Rail({ view, type }: { view: string | null; type: string | null }) {
  const { t } = useTranslation()
  const { language } = usePreferences()
  const may = useMay()
  const types = useTypes()
  const waiting = useWaiting()
  const shown = (types.data ?? []).filter((r) => r.state === 'active' || r.id === type)
  return (
    <nav className="reg-rail" aria-label={t('registry.rail')}>
      <RailLink to="/registers" on={view === null} text={t('registry.overview')} />
      <RailLink to="/registers/requests" on={view === 'requests'} text={t('registry.requests')} count={waiting} />
      {may('registry:config') ? (
        <>
          <RailLink to="/registers/batches" on={view === 'batches'} text={t('registry.batches')} />
          <RailLink to="/registers/declare" on={view === 'declare'} text={t('registry.declare')} />
        </>
      ) : null}
      {types.isPending ? <Skeleton lines={10} /> : null}
      {REGISTER_GROUPS.map((group) => {
        const rows = shown.filter((r) => r.declaration.group === group)
        return rows.length === 0 ? null : (
          <section key={group}>
            <h4>{t(`registry.group.${group}`)}</h4>
            {rows.map((r) => (
              <RailLink
                key={r.id}
                to={`/registers/list/${r.id}`}
                on={r.id === type && view !== 'declare' && view !== 'batches'}
                symbol={<Sign symbol={r.declaration.symbol} />}
                text={r.declaration.name[language]}
                count={formatNumber(r.total)}
              />
            ))}
          </section>
        )
      })}
    </nav>
  )
}

interface RailLinkProps {
  to: string
  on: boolean
  text: string
  count?: string | null
  symbol?: React.ReactNode
}

function RailLink({ to, on, text, count = null, symbol }: RailLinkProps) {
  return (
    <Link href={to} className={on ? 'on' : ''} aria-current={on ? 'page' : undefined}>
      {symbol}
      <span>{text}</span>
      {count === null ? null : <b>{count}</b>}
    </Link>
  )
}

/** How many changes wait for a decision; a full page says only that there are more. Null: none, or none to see. */
function useWaiting(): string | null {
  const found = useRequests({ state: 'waiting' }).data?.pages[0]
  if (!found || found.items.length === 0) return null
  return `${found.items.length}${found.next ? '+' : ''}`
}
