import type { KeptReport, ReportKind } from '@chengyun/contract/scenarios'
import { EmptyState, formatDateTime, formatNumber, Skeleton, type TableColumn, VirtualTable } from '@chengyun/ui'
import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import {
  fileAddress,
  type ReportFilters,
  soFarAddress,
  useKeptReports,
  useLiveReports,
  useReportKinds,
  useReportRuns
} from '../../../api/reports.ts'
import { QueryError } from '../../../parts/states.tsx'
import { useQueryParam } from '../../../parts/useQueryParam.ts'
import { usePreferences } from '../../../preferences.tsx'
import { useBoth } from '../context.ts'
import { useSize } from '../useSize.ts'
import { ReportRuns } from './ReportRuns.tsx'
import { ReportTools } from './ReportTools.tsx'
import { periodText } from './words.ts'
import './reports.css'

const STATES = ['ready', 'waiting', 'failed'] as const
/** Narrower than this the list is lines of two rows. */
const NARROW = 760

/** Reports of a pack (报告): what was made of which structure and period, as PDF and DOCX; what is being made; having it made. */
export function Reports({ pack }: { pack: string }) {
  const [params] = useQueryParam()
  const kinds = useReportKinds(pack)
  const runs = useReportRuns(pack)
  useLiveReports(pack)
  const state = STATES.find((s) => s === params.get('state'))
  const day = params.get('day')
  const filters: ReportFilters = {
    ...(params.get('report') && { report: params.get('report')! }),
    ...(state && { state }),
    ...(day && /^\d{4}-\d{2}-\d{2}$/.test(day) && { day }),
    ...(params.get('q') && { q: params.get('q')! })
  }
  const kept = useKeptReports(pack, filters)
  if (kinds.isError) return <QueryError of={kinds} />
  if (!kinds.data) return <Skeleton lines={10} />
  const { items: all } = kinds.data
  return (
    <div className="scn-reports">
      <ReportTools pack={pack} kinds={all} filters={filters} counts={kept.data?.pages[0]?.counts} />
      <ReportRuns pack={pack} kinds={all} runs={runs.data ?? []} />
      {kept.isError && !kept.data ? (
        <QueryError of={kept} />
      ) : !kept.data ? (
        <Skeleton lines={10} />
      ) : (
        <Kept pack={pack} kinds={all} filters={filters} kept={kept} />
      )}
    </div>
  )
}

interface KeptProps {
  pack: string
  kinds: readonly ReportKind[]
  filters: ReportFilters
  kept: ReturnType<typeof useKeptReports>
}

function Kept({ pack, kinds, filters, kept }: KeptProps) {
  const { t } = useTranslation()
  const both = useBoth()
  const { language } = usePreferences()
  const [box, { width }] = useSize<HTMLDivElement>()
  const rows = kept.data?.pages.flatMap((p) => p.items) ?? []
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = kept
  const onSight = useCallback(
    (_: number, to: number) => {
      if (hasNextPage && !isFetchingNextPage && to > rows.length - 30) void fetchNextPage()
    },
    [hasNextPage, isFetchingNextPage, fetchNextPage, rows.length]
  )
  const kindOf = (r: KeptReport) => kinds.find((k) => k.key === r.report)
  if (rows.length === 0) return <Nothing pack={pack} kinds={kinds} filters={filters} />
  const isNarrow = width > 0 && width < NARROW
  const columns: TableColumn[] = isNarrow
    ? [
        { key: 'both', title: t('packReports.of'), track: 'minmax(0, 1fr)' },
        { key: 'files', title: t('packReports.files'), track: '104px', align: 'right' }
      ]
    : [
        { key: 'period', title: t('packReports.period'), track: '96px' },
        { key: 'name', title: t('packReports.of'), track: 'minmax(120px, 2fr)' },
        { key: 'code', title: t('scenarios.code'), track: 'minmax(96px, 1fr)' },
        { key: 'kind', title: t('packReports.kind'), track: 'minmax(96px, 1.4fr)' },
        { key: 'state', title: t('packReports.state'), track: 'minmax(72px, 1fr)' },
        { key: 'made', title: t('packReports.madeAt'), track: '132px', align: 'right' },
        { key: 'files', title: t('packReports.files'), track: '112px', align: 'right' }
      ]
  const nameOf = (r: KeptReport) =>
    r.per === 'item' ? (
      <Link href={`/registers/list/${r.register}/${encodeURIComponent(r.code)}`} translate="no">
        {r.name || r.code}
      </Link>
    ) : r.per === 'city' ? (
      t('packReports.city')
    ) : (
      <span translate="no">{r.name}</span>
    )
  const stateOf = (r: KeptReport) => (
    <span
      className={`scn-report-state ${r.state}`}
      title={r.error ?? (r.hash ? t('packReports.hash', { hash: r.hash }) : undefined)}
    >
      {t(`packReports.state.${r.state}`)}
      {r.error ? `: ${r.error}` : ''}
    </span>
  )
  const filesOf = (r: KeptReport) =>
    r.state === 'ready' ? (
      <span className="scn-report-files">
        {(['pdf', 'docx'] as const).map((format) => (
          <a
            key={format}
            translate="no"
            href={fileAddress(r.id, format, language)}
            target="_blank"
            rel="noreferrer"
            title={sizeOf(r, format, language)}
            aria-label={t('packReports.open', {
              name: r.name || t('packReports.city'),
              period: periodText(r),
              format: format.toUpperCase()
            })}
          >
            {format.toUpperCase()}
          </a>
        ))}
      </span>
    ) : null
  const sizeOf = (r: KeptReport, format: string, lang: string) => {
    const file = r.files.find((f) => f.format === format && f.language === lang)
    return file ? t('packReports.size', { size: formatNumber(Math.ceil(file.size / 1024)) }) : undefined
  }
  const cell = (i: number, key: string) => {
    const r = rows[i]
    if (!r) return null
    const kind = kindOf(r)
    const kindName = kind ? both(kind.name) : r.report
    switch (key) {
      case 'both':
        return (
          <span className="scn-report-both">
            {nameOf(r)}
            <small>
              {kindName} · {periodText(r)} {r.state === 'ready' ? '' : stateOf(r)}
            </small>
          </span>
        )
      case 'period':
        return periodText(r)
      case 'name':
        return nameOf(r)
      case 'code':
        return <span className="sw-quiet">{r.code}</span>
      case 'kind':
        return kindName
      case 'state':
        return stateOf(r)
      case 'made':
        return <span className="sw-quiet">{formatDateTime(r.madeAt)}</span>
      default:
        return filesOf(r)
    }
  }
  const codes = new Set(rows.filter((r) => r.per === 'item').map((r) => r.code))
  const [only] = codes
  return (
    <div className="scn-reports-list" ref={box}>
      {codes.size === 1 && only !== undefined ? (
        <p className="scn-report-now">
          <b translate="no">{rows.find((r) => r.code === only)?.name ?? only}</b> {t('packReports.soFar')}
          {kinds
            .filter((k) => k.per === 'item')
            .map((k) => (
              <a key={k.key} href={soFarAddress(pack, k.key, only, 'pdf', language)} target="_blank" rel="noreferrer">
                {both(k.name)}
              </a>
            ))}
        </p>
      ) : null}
      <VirtualTable
        label={t('packReports.title')}
        columns={columns}
        count={rows.length}
        rowHeight={isNarrow ? 52 : 32}
        keyOf={(i) => rows[i]?.id ?? String(i)}
        cell={cell}
        sort={null}
        onSight={onSight}
      />
    </div>
  )
}

/** Why there is nothing: the filter, or that the first is still to come. */
function Nothing({ pack, kinds, filters }: Pick<KeptProps, 'pack' | 'kinds' | 'filters'>) {
  const { t } = useTranslation()
  const both = useBoth()
  if (Object.keys(filters).length > 0)
    return (
      <EmptyState
        title={t('packReports.noneSuch')}
        action={<Link href={`/scenarios/${pack}/reports`}>{t('packReports.showAll')}</Link>}
      />
    )
  const next = kinds.filter((k) => k.nextDue !== null).sort((a, b) => (a.nextDue! < b.nextDue! ? -1 : 1))[0]
  return (
    <EmptyState
      title={t('packReports.none')}
      hint={
        next ? t('packReports.nextDue', { name: both(next.name), at: formatDateTime(next.nextDue) }) : t('packReports.onlyAsked')
      }
    />
  )
}
