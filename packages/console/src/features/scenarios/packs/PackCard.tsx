import { PACK_OBJECTS, type PackView } from '@chengyun/contract/scenarios'
import { formatDateTime, formatNumber, Skeleton } from '@chengyun/ui'
import { Alert, Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { type PackAct, usePackHistory } from '../../../api/scenarios.ts'
import { useBoth } from '../context.ts'
import { PackState } from './PackState.tsx'
import { PlanDialog } from './PlanDialog.tsx'

const ACTS: readonly PackAct[] = ['install', 'upgrade', 'enable', 'disable', 'uninstall']

/** One pack: what it is and brings, what is wrong with it, what was done with it, what can be done. */
export function PackCard({ pack: p }: { pack: PackView }) {
  const { t } = useTranslation()
  const both = useBoth()
  const [act, setAct] = useState<PackAct | null>(null)
  const requires = Object.entries(p.requires)
  const counts = PACK_OBJECTS.filter((k) => (p.counts[k] ?? 0) > 0)
  return (
    <section className="packs-card" aria-label={both(p.name)}>
      <header>
        <h2>{both(p.name)}</h2>
        <PackState pack={p} />
        <div>
          {ACTS.filter((a) => p.can[a]).map((a, i) => (
            <Button
              key={a}
              type={i === 0 && a !== 'disable' ? 'primary' : 'default'}
              danger={a === 'uninstall'}
              onClick={() => setAct(a)}
            >
              {t(`packs.act.${a}`)}
            </Button>
          ))}
        </div>
      </header>
      <p className="packs-about">{both(p.description)}</p>
      {p.faults.length > 0 ? (
        <Alert
          type="error"
          showIcon
          title={t('packs.faulty', { n: p.faults.length })}
          description={
            <ul className="packs-faults">
              {p.faults.map((f) => (
                <li key={`${f.file}${f.path}${f.en}`}>
                  <code>{`${f.file}${f.path}`}</code> {both(f)}
                </li>
              ))}
            </ul>
          }
        />
      ) : null}
      <dl>
        <dt>{t('packs.id')}</dt>
        <dd>
          <code>{p.id}</code>
        </dd>
        <dt>{t('packs.version')}</dt>
        <dd>
          {p.installed ?? t('packs.notInstalled')}
          {p.offered !== null && p.offered !== p.installed ? ` · ${t('packs.offered', { version: p.offered })}` : ''}
          {p.installedAt ? ` · ${formatDateTime(p.installedAt)}` : ''}
        </dd>
        <dt>{t('packs.tier')}</dt>
        <dd>{p.tier ? t(`packs.tier.${p.tier}`, { defaultValue: p.tier }) : '–'}</dd>
        <dt>{t('packs.standards')}</dt>
        <dd>{p.standards.join('、') || '–'}</dd>
        <dt>{t('packs.owners')}</dt>
        <dd>{p.owners.join('、') || '–'}</dd>
        <dt>{t('packs.requires')}</dt>
        <dd>{requires.length > 0 ? requires.map(([id, v]) => `${id} ${v}`).join('、') : t('packs.requiresNothing')}</dd>
      </dl>
      <h3>{t('packs.brings')}</h3>
      <ul className="packs-counts">
        {counts.map((k) => (
          <li key={k}>
            <b>{formatNumber(p.counts[k])}</b>
            {t(`packs.kind.${k}`)}
          </li>
        ))}
      </ul>
      {p.state === 'active' && p.pages.length > 0 ? (
        <>
          <h3>{t('packs.pages')}</h3>
          <p className="packs-pages">
            {p.pages.map((page) => (
              <Link key={page.key} href={`/${page.theme === 'wall' ? 'wall' : 'scenarios'}/${p.id}/${page.key}`}>
                {both(page.name)}
              </Link>
            ))}
          </p>
        </>
      ) : null}
      <History pack={p.id} />
      {act ? <PlanDialog pack={p} act={act} onClose={() => setAct(null)} /> : null}
    </section>
  )
}

function History({ pack }: { pack: string }) {
  const { t } = useTranslation()
  const history = usePackHistory(pack)
  if (history.isPending) return <Skeleton lines={2} />
  const rows = history.data ?? []
  if (rows.length === 0) return null
  const said = (counts: Record<string, number>) =>
    Object.entries(counts)
      .filter(([, n]) => n > 0)
      .map(([k, n]) => t(`packs.count.${k}`, { n: formatNumber(n), defaultValue: `${k} ${n}` }))
      .join('、')
  return (
    <>
      <h3>{t('packs.history')}</h3>
      <ol className="packs-history">
        {rows.map((r) => (
          <li key={`${r.at}${r.act}`}>
            <time>{formatDateTime(r.at)}</time>
            <b>{t(`packs.done.${r.act}`, { defaultValue: r.act })}</b>
            <span>{[r.from, r.to].filter(Boolean).join(' → ')}</span>
            <span>{r.by ?? ''}</span>
            <span>{said(r.counts)}</span>
          </li>
        ))}
      </ol>
    </>
  )
}
