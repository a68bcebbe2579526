import type { AlarmView } from '@chengyun/contract/alarms'
import { ClockBar, formatDateTime, LevelLamp, useNow } from '@chengyun/ui'
import { memo } from 'react'
import { useTranslation } from 'react-i18next'
import { usePreferences } from '../../preferences.tsx'
import { acknowledgementClock, useLasting } from './words.ts'

export interface AlarmLineProps {
  row: AlarmView
  /** No longer in the filter, kept in place until the reader asks. */
  left: boolean
  on: boolean
  marked: boolean
  onOpen: () => void
  onMark: () => void
}

/** One alarm in the list: level, what, where, how long, until when it has to be acknowledged, whose it is. */
export const AlarmLine = memo(
  function AlarmLine({ row, left, on, marked, onOpen, onMark }: AlarmLineProps) {
    const { t } = useTranslation()
    const { language } = usePreferences()
    const lasting = useLasting()
    const now = useNow(30)
    const named = row.item.name || row.item.code
    return (
      // biome-ignore lint/a11y/useKeyWithClickEvents: the list is moved by J, K and Enter
      // biome-ignore lint/a11y/useFocusableInteractive: focus stays on the list, which announces its current row
      <div
        className={`line alarm-line${on ? ' on' : ''}${marked ? ' marked' : ''}${left ? ' left' : ''}`}
        role="option"
        aria-selected={on}
        aria-checked={marked}
        onClick={onOpen}
      >
        <span className="line-lamp">
          <LevelLamp level={row.level} over={row.clearedAt !== null} />
          {/* X marks by keyboard; what is marked is told by the row itself, for an option holds no controls. */}
          <span
            className="line-mark"
            aria-hidden="true"
            title={t('alarms.mark', { no: row.no })}
            onClick={(e) => {
              e.stopPropagation()
              onMark()
            }}
          >
            <svg viewBox="0 0 14 14" aria-hidden="true">
              <path d="M3 7.500 6 10.500 11 4" fill="none" stroke="currentColor" strokeWidth="1.800" />
            </svg>
          </span>
        </span>
        <span className="line-text">
          <b>{row.title[language]}</b> {row.title[language].includes(named) ? '' : named} <Flags row={row} />
        </span>
        <span className="line-unit" title={`${row.item.name} ${row.item.code} ${row.address}`}>
          {row.address || row.item.name || row.item.code}
        </span>
        <time className="alarm-lasting" title={formatDateTime(row.raisedAt, true)}>
          {lasting(row.raisedAt, row.clearedAt ?? now)}
        </time>
        <span className="alarm-clock">
          {left ? (
            <em className="flag gone">{t('alarms.gone')}</em>
          ) : row.dueAt ? (
            <ClockBar clock={acknowledgementClock(row)} title={formatDateTime(row.dueAt)} />
          ) : (
            t(row.acknowledgedAt ? 'alarms.acknowledged' : `alarms.state.${row.state}`)
          )}
        </span>
        <span className="line-unit alarm-whose">
          {row.case?.no.slice(-7) ?? row.assignee?.name ?? row.unitInCharge?.name ?? ''}
        </span>
      </div>
    )
  },
  (a, b) => a.row === b.row && a.left === b.left && a.on === b.on && a.marked === b.marked
)

/** What is special about an alarm, in words. */
export function Flags({ row }: { row: AlarmView }) {
  const { t } = useTranslation()
  return (
    <>
      {row.asksVerdict ? <em className="flag">{t('alarms.flag.asksVerdict')}</em> : null}
      {row.sensorFault ? <em className="flag">{t('alarms.flag.sensorFault')}</em> : null}
      {row.suppressed ? <em className="flag">{t('alarms.flag.suppressed')}</em> : null}
      {row.verdict && row.verdict !== 'true' ? <em className="flag">{t(`alarms.verdict.${row.verdict}`)}</em> : null}
      {row.incident ? <em className="flag">{t('alarms.flag.incident', { no: row.incident.no })}</em> : null}
    </>
  )
}
