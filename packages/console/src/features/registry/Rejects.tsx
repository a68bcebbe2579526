import type { BatchView } from '@chengyun/contract/registry'
import { EmptyState, formatNumber, Skeleton } from '@chengyun/ui'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useMay } from '../../api/session.ts'
import { LoadMore, QueryError } from '../../parts/states.tsx'
import { usePreferences } from '../../preferences.tsx'
import { useRejects } from './batches.ts'

/** The rows that were not taken, by reason: each with what is wrong and the row as it stood; and all of them as a file. */
export function Rejects({ batch }: { batch: BatchView }) {
  const { t } = useTranslation()
  const { language } = usePreferences()
  const may = useMay()('registry:config')
  const [rule, setRule] = useState<string | null>(null)
  const found = useRejects(batch.id, rule, may && batch.totals.rejected > 0)
  if (batch.totals.rejected === 0) return <EmptyState title={t('registry.noRejects')} hint={t('registry.noRejectsHint')} />
  const rows = found.data?.pages.flatMap((p) => p.items) ?? []
  return (
    <section className="reg-rejects">
      <header>
        <h2>{t('registry.rejects')}</h2>
        {may ? (
          <a href={`/api/registry/batches/${batch.id}/rejects.csv`} download>
            {t('registry.rejectsFile')}
          </a>
        ) : (
          <span className="reg-hint">{t('registry.rejectsHidden')}</span>
        )}
      </header>
      <ul className="reg-reasons">
        {batch.rejectsBy.map((r) => (
          <li key={`${r.rule} ${r.field}`}>
            <button
              type="button"
              className={r.rule === rule ? 'on' : ''}
              aria-pressed={r.rule === rule}
              onClick={() => setRule(r.rule === rule ? null : r.rule)}
            >
              <span>{r.name[language]}</span>
              <b>{formatNumber(r.rows)}</b>
              <i style={{ width: `${(100 * r.rows) / batch.totals.rejected}%` }} aria-hidden="true" />
            </button>
          </li>
        ))}
      </ul>
      {found.isError ? <QueryError of={found} /> : null}
      {found.isLoading ? <Skeleton lines={5} /> : null}
      {may ? (
        <table className="reg-grid">
          <thead>
            <tr>
              <th scope="col" className="numeric">
                {t('registry.rowNo')}
              </th>
              <th scope="col">{t('registry.field.code')}</th>
              <th scope="col">{t('registry.whyRejected')}</th>
              <th scope="col">{t('registry.asInFile')}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((r) => (
              <tr key={r.no}>
                <td className="numeric">{batch.files.length > 1 ? `${r.file}:${r.row}` : r.row}</td>
                <td>{r.code ?? '–'}</td>
                <td className="late">{r.reasons.map((x) => x[language]).join(language === 'zh' ? '；' : '; ')}</td>
                <td
                  className="reg-raw"
                  title={Object.entries(r.fields)
                    .map(([k, v]) => `${k}=${v}`)
                    .join('\n')}
                >
                  {Object.entries(r.fields)
                    .filter(([, v]) => v !== '')
                    .slice(0, 6)
                    .map(([k, v]) => `${k} ${v}`)
                    .join(' · ')}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      ) : null}
      <LoadMore list={found} />
    </section>
  )
}
