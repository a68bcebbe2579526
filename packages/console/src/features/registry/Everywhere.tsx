import type { TypeView } from '@chengyun/contract/registry'
import { EmptyState, Skeleton } from '@chengyun/ui'
import { useDeferredValue } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { QueryError } from '../../parts/states.tsx'
import { usePreferences } from '../../preferences.tsx'
import { listAddress } from './address.ts'
import { useItems } from './data.ts'
import { Sign } from './Sign.tsx'
import { State } from './State.tsx'

/** What a word finds in all registers at once. */
export function Everywhere({ text, types }: { text: string; types: readonly TypeView[] }) {
  const { t } = useTranslation()
  const { language } = usePreferences()
  const q = useDeferredValue(text)
  const found = useItems(null, { q })
  if (found.isError) return <QueryError of={found} />
  if (found.isPending) return <Skeleton lines={4} />
  const rows = found.data.pages.flatMap((p) => p.items)
  if (rows.length === 0) return <EmptyState title={t('registry.foundNothing', { q })} hint={t('registry.foundNothingHint')} />
  return (
    <section className="reg-found" aria-label={t('registry.found')}>
      <ul>
        {rows.slice(0, 40).map((row) => {
          const d = types.find((r) => r.id === row.type)?.declaration
          const kind = row.class ? (language === 'en' && row.class.nameEn ? row.class.nameEn : row.class.name) : ''
          return (
            <li key={row.id}>
              <Link href={listAddress(row.type, row.code, `q=${encodeURIComponent(q)}`)}>
                {d ? <Sign symbol={d.symbol} /> : <span />}
                <code>{row.code}</code>
                <b>{row.name || kind || d?.name[language]}</b>
                <span>{row.address}</span>
                {d ? <State declaration={d} status={row.status} /> : null}
                <small>{d?.name[language]}</small>
              </Link>
            </li>
          )
        })}
      </ul>
      {rows.length > 40 || found.hasNextPage ? <p className="reg-hint">{t('registry.foundMore')}</p> : null}
    </section>
  )
}
