import type { CaseView } from '@chengyun/contract/cases'
import { formatDateTime, Skeleton } from '@chengyun/ui'
import { Button, Tooltip } from 'antd'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'
import { useCase } from '../../api/cases.ts'
import { useCity } from '../../api/reference.ts'
import { useSession } from '../../api/session.ts'
import { QueryError } from '../../parts/states.tsx'
import { usePreferences } from '../../preferences.tsx'
import { useRoleName } from '../../shell/PersonMenu.tsx'
import { useLimitText, useOperationName } from '../desk/words.ts'
import './print.css'

/** The official case form (案卷) on A4: facts, pictures, every step, signatures. The browser prints it or keeps it as PDF. */
export default function Print({ id }: { id: string }) {
  const { t } = useTranslation()
  const [, navigate] = useLocation()
  const found = useCase(id)
  const caseNo = found.data?.caseNo
  useEffect(() => {
    if (!caseNo) return
    const before = document.title
    // The browser proposes the title as the name of the PDF.
    document.title = `${t('print.title')} ${caseNo}`
    return () => {
      document.title = before
    }
  }, [caseNo, t])
  if (found.isPending) return <Skeleton lines={12} />
  if (found.isError) return <QueryError of={found} />
  return (
    <div className="print">
      <div className="print-bar cy-no-print">
        <Button onClick={() => (history.length > 1 ? history.back() : navigate(`/cases/${id}`))}>{t('print.back')}</Button>
        <span>{t('print.hint')}</span>
        <Tooltip title={t('case.bundleHint')}>
          <Button href={`/api/cases/${id}/bundle`} download>
            {t('case.bundle')}
          </Button>
        </Tooltip>
        <Button type="primary" onClick={() => window.print()}>
          {t('print.now')}
        </Button>
      </div>
      <Sheet view={found.data} />
    </div>
  )
}

function Sheet({ view }: { view: CaseView }) {
  const { t } = useTranslation()
  const { language } = usePreferences()
  const city = useCity().data
  const { user } = useSession()
  const operationName = useOperationName()
  const roleName = useRoleName()
  const limitText = useLimitText()
  const pictures = view.evidence.filter((e) => e.mime.startsWith('image/'))
  const pairs: [string, React.ReactNode][][] = [
    [
      ['fact.class', `${view.majorName} / ${view.className}`],
      ['fact.code', `${t(`kind.${view.kind}`)} ${view.classCode} (${view.standardRef})`]
    ],
    [
      ['fact.source', t(`source.${view.sourceType}`)],
      ['fact.severity', `${t(`severity.${view.severity}`)}${view.urgent ? ` · ${t('flag.urgent')}` : ''}`]
    ],
    [
      ['fact.reporter', [view.reporter?.name, view.reporter?.phone].filter(Boolean).join(' ') || '–'],
      ['print.reportedAt', formatDateTime(view.reportedAt)]
    ],
    [
      ['print.district', [view.districtName, view.streetName, view.communityName].filter(Boolean).join(' ')],
      ['print.grid', view.gridCode ?? t('case.noGrid')]
    ],
    [
      ['fact.condition', view.condition?.text ?? '–'],
      ['fact.limit', view.condition ? limitText(view.condition.limit) : '–']
    ],
    [
      ['fact.unit', view.unitName ?? '–'],
      ['fact.deadline', formatDateTime(view.handleDeadlineAt)]
    ],
    [
      ['print.disposedAt', formatDateTime(view.disposedAt)],
      ['print.closedAt', formatDateTime(view.closedAt)]
    ]
  ]
  return (
    <article className="cy-sheet sheet">
      <header>
        <h1>
          {city?.name[language] ?? ''}
          {t('print.heading')}
        </h1>
        <p>
          <span>
            {t('print.no')} {view.caseNo}
          </span>
          <span>
            {t('print.status')} {t(`status.${view.status}`)}
          </span>
        </p>
      </header>
      <table>
        <tbody>
          {pairs.map((row) => (
            <tr key={row[0]?.[0]}>
              {row.map(([key, value]) => [
                <th key={`${key}h`} scope="row">
                  {t(key)}
                </th>,
                <td key={key}>{value}</td>
              ])}
            </tr>
          ))}
          <tr>
            <th scope="row">{t('print.address')}</th>
            <td colSpan={3}>
              {view.address} <small>{view.location.map((v) => v.toFixed(6)).join(', ')} CGCS2000</small>
            </td>
          </tr>
          <tr>
            <th scope="row">{t('print.description')}</th>
            <td colSpan={3}>{view.description}</td>
          </tr>
        </tbody>
      </table>
      {pictures.length > 0 ? (
        <section className="sheet-pictures">
          {pictures.map((e) => (
            <figure key={e.id}>
              <img src={e.shownUrl} alt={t(`phase.${e.phase}`)} />
              <figcaption>
                {t(`phase.${e.phase}`)} {formatDateTime(e.takenAt ?? e.uploadedAt)} {e.uploadedBy ?? ''}
                <small>SHA-256 {e.sha256.slice(0, 16)}…</small>
              </figcaption>
            </figure>
          ))}
        </section>
      ) : null}
      <h2>{t('print.steps')}</h2>
      <table className="sheet-steps">
        <thead>
          <tr>
            {['no', 'at', 'op', 'who', 'opinion'].map((k) => (
              <th key={k} scope="col">
                {t(`print.col.${k}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {view.steps.map((s) => (
            <tr key={s.seq}>
              <td>{s.seq}</td>
              <td>{formatDateTime(s.at)}</td>
              <td>
                {operationName(s.op)}
                {s.overdue ? ` (${t('step.late')})` : ''}
              </td>
              <td>{[s.unitName, s.role ? roleName(s.role) : null, s.actorName].filter(Boolean).join(' ')}</td>
              <td>{s.opinion ?? ''}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <footer>
        <p>{t('print.chain', { hash: view.steps.at(-1)?.hash.slice(0, 32) ?? '–' })}</p>
        <p>
          <span>
            {t('print.by')} {user.name}
          </span>
          <span>
            {t('print.at')} {formatDateTime(new Date())}
          </span>
        </p>
      </footer>
    </article>
  )
}
