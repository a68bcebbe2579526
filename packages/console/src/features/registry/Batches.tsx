import { BATCH_KINDS, type BatchPage } from '@chengyun/contract/registry'
import { EmptyState, formatDateTime, formatNumber } from '@chengyun/ui'
import { Button, Segmented, Select } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useLocation, useSearchParams } from 'wouter'
import { useMay } from '../../api/session.ts'
import { ListState, LoadMore } from '../../parts/states.tsx'
import { usePreferences } from '../../preferences.tsx'
import { BatchNew } from './BatchNew.tsx'
import { useBatches } from './batches.ts'
import { useTypes } from './data.ts'

type Summary = BatchPage['items'][number]

/** Imports and censuses (普查) with their states; every published census is a version of its register. */
export default function Batches() {
  const { t } = useTranslation()
  const { language } = usePreferences()
  const may = useMay()
  const [params] = useSearchParams()
  const [, navigate] = useLocation()
  const type = params.get('type')
  const kind = BATCH_KINDS.find((k) => k === params.get('kind')) ?? null
  const [opening, setOpening] = useState<(typeof BATCH_KINDS)[number] | null>(null)
  const types = useTypes().data ?? []
  const found = useBatches({ ...(type ? { type } : {}), ...(kind ? { kind } : {}) })
  const rows = found.data?.pages.flatMap((p) => p.items) ?? []
  const go = (changes: Record<string, string | null>) => {
    const next = new URLSearchParams(params)
    for (const [key, value] of Object.entries(changes)) {
      if (value) next.set(key, value)
      else next.delete(key)
    }
    navigate(`/registers/batches?${next}`)
  }
  return (
    <div className="reg-page">
      <header className="reg-head">
        <div>
          <h1>{t('registry.batches')}</h1>
          <p>{t('registry.batchesHint')}</p>
        </div>
        {may('registry:config') ? (
          <>
            <Button onClick={() => setOpening('census')}>{t('registry.openCensus')}</Button>
            <Button type="primary" onClick={() => setOpening('import')}>
              {t('registry.importFile')}
            </Button>
          </>
        ) : null}
      </header>
      <div className="reg-filter-row reg-batch-filter">
        <Segmented
          value={kind ?? 'all'}
          aria-label={t('registry.batchKind')}
          options={['all', ...BATCH_KINDS].map((value) => ({ value, label: t(`registry.kind.${value}`) }))}
          onChange={(value) => go({ kind: value === 'all' ? null : String(value) })}
        />
        <Select
          allowClear
          value={type}
          placeholder={t('registry.anyRegister')}
          aria-label={t('registry.anyRegister')}
          style={{ width: 180 }}
          options={types.map((r) => ({ value: r.id, label: r.declaration.name[language] }))}
          onChange={(value: string | null) => go({ type: value ?? null })}
        />
      </div>
      <ListState
        of={found}
        rows={rows.length}
        lines={8}
        none={<EmptyState title={t('registry.noBatches')} hint={t('registry.noBatchesHint')} />}
      />
      {rows.length > 0 ? (
        <table className="reg-grid">
          <thead>
            <tr>
              <th scope="col">{t('registry.batchName')}</th>
              <th scope="col">{t('registry.batchKind')}</th>
              <th scope="col">{t('registry.batchRegister')}</th>
              <th scope="col">{t('registry.batchState')}</th>
              <th scope="col" className="numeric">
                {t('registry.accepted.rows')}
              </th>
              <th scope="col" className="numeric">
                {t('registry.rejected.rows')}
              </th>
              <th scope="col">{t('registry.batchBy')}</th>
              <th scope="col">{t('registry.publishedAt')}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((b) => (
              <Row key={b.id} batch={b} name={types.find((r) => r.id === b.type)?.declaration.name[language] ?? b.type} />
            ))}
          </tbody>
        </table>
      ) : null}
      <LoadMore list={found} />
      {opening ? <BatchNew kind={opening} type={type} onClose={() => setOpening(null)} /> : null}
    </div>
  )
}

function Row({ batch: b, name }: { batch: Summary; name: string }) {
  const { t } = useTranslation()
  return (
    <tr>
      <td>
        <Link href={`/registers/batches/${b.id}`}>{b.name}</Link>
      </td>
      <td>{t(`registry.kind.${b.kind}`)}</td>
      <td>{name}</td>
      <td>
        <span className={`reg-batch-state ${b.state}`}>{t(`registry.state.${b.state}`)}</span>
      </td>
      <td className="numeric">{formatNumber(b.accepted)}</td>
      <td className={b.rejected > 0 ? 'numeric late' : 'numeric'}>{formatNumber(b.rejected)}</td>
      <td>
        {b.createdByName} {formatDateTime(b.createdAt)}
      </td>
      <td>{formatDateTime(b.publishedAt)}</td>
    </tr>
  )
}
