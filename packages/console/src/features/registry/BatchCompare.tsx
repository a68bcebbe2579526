import { type BatchView, DIFF_KINDS, type DiffKind } from '@chengyun/contract/registry'
import { EmptyState, formatNumber } from '@chengyun/ui'
import { Button, Segmented } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { usePreferences } from '../../preferences.tsx'
import { Figure } from './BatchCheck.tsx'
import type { BatchPartProps } from './BatchPage.tsx'
import { Differences } from './Differences.tsx'
import { className } from './value.ts'

type Comparison = NonNullable<BatchView['comparison']>
type Group = Comparison['byClass'][number]

/** The batch against the register as it is: in all, by class, by street, and row by row. */
export function BatchCompare({ batch, register }: BatchPartProps) {
  const { t } = useTranslation()
  const { language } = usePreferences()
  const [by, setBy] = useState<'class' | 'street'>('class')
  const [cell, setCell] = useState<{ kind: DiffKind; class?: string; street?: string } | null>(null)
  const c = batch.comparison
  if (!c) return null
  const groups = (by === 'class' ? c.byClass : c.byStreet).filter((g) => DIFF_KINDS.some((k) => g[k] > 0))
  const nameOf = (g: Group) => (by === 'class' ? className(register, g.code, language) || g.name : g.name)
  return (
    <>
      <dl className="reg-numbers">
        {DIFF_KINDS.map((k) => (
          <Figure
            key={k}
            label={t(`registry.diff.${k}`)}
            value={c.total[k]}
            tone={k === 'removed' && c.total[k] > 0 ? 'late' : ''}
          />
        ))}
        <Figure label={t('registry.diff.same')} value={c.total.same} />
      </dl>
      {batch.kind === 'census' && c.total.removed > 0 ? <p className="reg-hint">{t('registry.goneHint')}</p> : null}
      {groups.length === 0 ? (
        <EmptyState title={t('registry.noDifferences')} />
      ) : (
        <section>
          <Segmented
            size="small"
            value={by}
            aria-label={t('registry.compareBy')}
            options={(['class', 'street'] as const).map((value) => ({ value, label: t(`registry.by.${value}`) }))}
            onChange={(value) => {
              setBy(value)
              setCell(null)
            }}
          />
          <table className="reg-grid reg-compare">
            <thead>
              <tr>
                <th scope="col">{t(`registry.by.${by}`)}</th>
                {DIFF_KINDS.map((k) => (
                  <th key={k} scope="col" className="numeric">
                    {t(`registry.diff.${k}`)}
                  </th>
                ))}
                <th scope="col" className="numeric">
                  {t('registry.diff.same')}
                </th>
              </tr>
            </thead>
            <tbody>
              {groups.map((g) => (
                <tr key={g.code}>
                  <th scope="row">
                    {g.code} {nameOf(g)}
                  </th>
                  {DIFF_KINDS.map((k) => (
                    <td key={k} className="numeric">
                      {g[k] > 0 ? (
                        <button type="button" className="reg-link" onClick={() => setCell({ kind: k, [by]: g.code })}>
                          {formatNumber(g[k])}
                        </button>
                      ) : (
                        '–'
                      )}
                    </td>
                  ))}
                  <td className="numeric">{formatNumber(g.same)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
      <Differences
        key={JSON.stringify(cell)}
        batch={batch}
        register={register}
        chosen={cell}
        kinds={DIFF_KINDS.filter((k) => c.total[k] > 0)}
      />
      {batch.can.includes('publish') ? (
        <footer className="reg-acts reg-batch-acts">
          <Link href={`/registers/batches/${batch.id}?step=publish`}>
            <Button type="primary">{t('registry.toPublish')}</Button>
          </Link>
        </footer>
      ) : null}
    </>
  )
}
