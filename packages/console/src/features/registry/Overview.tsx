import type { TypeView } from '@chengyun/contract/registry'
import { EmptyState, formatDateTime, formatNumber, Skeleton } from '@chengyun/ui'
import { Button, Input } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useLocation } from 'wouter'
import { useMay } from '../../api/session.ts'
import { QueryError } from '../../parts/states.tsx'
import { usePreferences } from '../../preferences.tsx'
import { useShortcut } from '../../shell/shortcuts.ts'
import { searchable } from './address.ts'
import { useTypes } from './data.ts'
import { Everywhere } from './Everywhere.tsx'
import { REGISTER_GROUPS } from './layout.ts'
import { Sign } from './Sign.tsx'

/** All registers by heading with their counts by state, and the search through all of them. */
export default function Overview() {
  const { t } = useTranslation()
  const may = useMay()
  const types = useTypes()
  const [, navigate] = useLocation()
  const [text, setText] = useState('')
  const sought = text.trim()
  useShortcut('n', () => may('registry:config') && navigate('/registers/declare/new'))
  if (types.isError) return <QueryError of={types} />
  if (types.isPending) return <Skeleton lines={12} />
  const active = types.data.filter((r) => r.state === 'active')
  const retired = types.data.filter((r) => r.state === 'retired')
  const all = active.reduce((n, r) => n + r.total, 0)
  return (
    <div className="reg-page">
      <header className="reg-head">
        <div>
          <h1>{t('registry.title')}</h1>
          <p>{t('registry.summary', { types: active.length, items: formatNumber(all) })}</p>
        </div>
        <Input
          allowClear
          value={text}
          placeholder={t('registry.searchAll')}
          aria-label={t('registry.searchAll')}
          onChange={(e) => setText(e.target.value)}
          style={{ width: 340 }}
        />
        {may('registry:config') ? (
          <Link href="/registers/declare/new">
            <Button type="primary">{t('registry.declareNew')}</Button>
          </Link>
        ) : null}
      </header>
      {sought && !searchable(sought) ? <p className="reg-hint">{t('registry.searchShort')}</p> : null}
      {sought && searchable(sought) ? <Everywhere text={sought} types={types.data} /> : null}
      {active.length === 0 ? <EmptyState title={t('registry.noTypes')} hint={t('registry.noTypesHint')} /> : null}
      {REGISTER_GROUPS.map((group) => {
        const rows = active.filter((r) => r.declaration.group === group)
        return rows.length === 0 ? null : (
          <section key={group} className="reg-group">
            <h2>{t(`registry.group.${group}`)}</h2>
            <div className="reg-types">
              {rows.map((r) => (
                <TypeLine key={r.id} register={r} />
              ))}
            </div>
          </section>
        )
      })}
      {retired.length > 0 ? (
        <section className="reg-group">
          <h2>{t('registry.retired')}</h2>
          <div className="reg-types">
            {retired.map((r) => (
              <TypeLine key={r.id} register={r} />
            ))}
          </div>
        </section>
      ) : null}
    </div>
  )
}

/** A register on one line: what it is, how many there are, in which states; every number opens its rows. */
function TypeLine({ register: r }: { register: TypeView }) {
  const { t } = useTranslation()
  const { language } = usePreferences()
  const d = r.declaration
  const states = d.states.filter((s) => (r.counts[s.key] ?? 0) > 0)
  const living = states.filter((s) => !s.ends)
  return (
    <article className="reg-type">
      <h3>
        <Link href={`/registers/list/${r.id}`}>
          <Sign symbol={d.symbol} />
          {d.name[language]}
        </Link>
      </h3>
      <Link
        className="reg-type-total"
        href={`/registers/list/${r.id}`}
        aria-label={t('registry.total', { n: formatNumber(r.total) })}
      >
        {formatNumber(r.total)}
      </Link>
      <div className="reg-bar" aria-hidden="true">
        {living.map((s) => (
          <i key={s.key} className={s.tone ?? 'none'} style={{ flexGrow: r.counts[s.key] ?? 0 }} />
        ))}
      </div>
      <p className="reg-type-states">
        {states.length === 0 ? <span>{t('registry.emptyType')}</span> : null}
        {states.map((s) => (
          <Link key={s.key} href={`/registers/list/${r.id}?status=${s.key}`} className={s.tone ?? ''}>
            {s.name[language]} {formatNumber(r.counts[s.key] ?? 0)}
          </Link>
        ))}
      </p>
      <p className="reg-type-what" title={d.description?.[language] ?? ''}>
        {d.description?.[language] ?? ''}
      </p>
      <time title={formatDateTime(r.updatedAt)}>{t('registry.version', { n: r.version })}</time>
    </article>
  )
}
