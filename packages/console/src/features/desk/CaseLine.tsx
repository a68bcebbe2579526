import type { CaseRowView } from '@chengyun/contract/cases'
import { ClockBar, ClockLamp, formatDateTime, formatShort, useNow } from '@chengyun/ui'
import { memo } from 'react'
import { useTranslation } from 'react-i18next'

export interface CaseLineProps {
  row: CaseRowView
  left: boolean
  on: boolean
  marked: boolean
  dense: boolean
  onOpen: () => void
  onMark: () => void
}

/** One case in the list, on two lines or one. */
export const CaseLine = memo(
  function CaseLine({ row, left, on, marked, dense, onOpen, onMark }: CaseLineProps) {
    const { t } = useTranslation()
    const now = useNow(60)
    const place = row.address || [row.districtName, row.streetName].filter(Boolean).join(' ')
    const flags = (
      <>
        {row.urgent ? <em className="flag urgent">{t('flag.urgent')}</em> : null}
        {row.supervised ? <em className="flag">{t('flag.supervised')}</em> : null}
        {row.requestKind ? <em className="flag">{t(`request.${row.requestKind}`)}</em> : null}
      </>
    )
    const mark = (
      <input
        type="checkbox"
        checked={marked}
        aria-label={t('list.mark', { no: row.caseNo })}
        onChange={onMark}
        onClick={(e) => e.stopPropagation()}
      />
    )
    return (
      // biome-ignore lint/a11y/useKeyWithClickEvents: the list is moved by J, K and Enter
      // biome-ignore lint/a11y/useFocusableInteractive: focus stays on the list, which announces its current row
      <div
        className={`line${dense ? ' dense' : ''}${on ? ' on' : ''}${marked ? ' marked' : ''}${left ? ' left' : ''}`}
        role="option"
        aria-selected={on}
        onClick={onOpen}
      >
        <span className="line-lamp">
          <ClockLamp clock={row.clock} />
          {mark}
        </span>
        {dense ? (
          <>
            <span className="line-no" title={row.caseNo}>
              {row.caseNo.slice(-7)}
            </span>
            <span className="line-text">
              <b>{row.className}</b> {place} {flags}
            </span>
            <span className="line-unit">{left ? t('list.gone') : (row.unitName ?? row.districtName ?? '')}</span>
          </>
        ) : (
          <>
            {row.thumbnailUrl ? (
              <img className="line-thumb" src={row.thumbnailUrl} alt="" loading="lazy" />
            ) : (
              <span className="line-thumb none" />
            )}
            <span className="line-text">
              <p className="line-title">
                {flags} {row.description || row.className}
              </p>
              <p className="line-sub" title={`${row.caseNo} · ${formatDateTime(row.reportedAt)}`}>
                {place} · {row.className} · {t(`source.${row.sourceType}`)} · {formatShort(row.reportedAt, now)}
              </p>
            </span>
            <span className="line-unit" title={row.unitName ?? ''}>
              {row.unitName ?? row.districtName ?? ''}
              <small>{left ? t('list.gone') : t(`status.${row.status}`)}</small>
            </span>
          </>
        )}
        <ClockBar
          clock={row.clock}
          title={row.clock ? `${t(`stage.${row.clock.stage}`)} · ${formatDateTime(row.clock.deadlineAt)}` : ''}
        />
      </div>
    )
  },
  (a, b) => a.row === b.row && a.left === b.left && a.on === b.on && a.marked === b.marked && a.dense === b.dense
)
