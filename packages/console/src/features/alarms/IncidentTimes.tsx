import type { AlarmView } from '@chengyun/contract/alarms'
import { formatDateTime, formatShort, LevelLamp, useNow } from '@chengyun/ui'
import { Checkbox } from 'antd'
import { useTranslation } from 'react-i18next'
import { usePreferences } from '../../preferences.tsx'
import { Flags } from './AlarmLine.tsx'
import { useLasting } from './words.ts'

export interface IncidentTimesProps {
  rows: readonly AlarmView[]
  marked: ReadonlySet<string>
  onAlarm: (id: string) => void
  onMark: (id: string) => void
}

/** A bar is never so short that it cannot be seen, in per cent. */
const LEAST = 0.8

/** The alarms of an incident, each with its time as a bar between the first and now; the oldest first, as it spread. */
export function IncidentTimes({ rows, marked, onAlarm, onMark }: IncidentTimesProps) {
  const { t } = useTranslation()
  const { language } = usePreferences()
  const lasting = useLasting()
  const now = useNow(30)
  const ordered = rows.toSorted((a, b) => a.raisedAt.localeCompare(b.raisedAt))
  const first = ordered[0]
  if (!first) return null
  const ends = rows.map((r) => (r.clearedAt ? Date.parse(r.clearedAt) : now.getTime()))
  const [from, to] = [Date.parse(first.raisedAt), Math.max(...ends)]
  const span = Math.max(1, to - from)
  const percent = (at: number) => ((at - from) / span) * 100
  return (
    <section className="incident-times">
      <p className="incident-axis" aria-hidden="true">
        <time>{formatShort(first.raisedAt, now)}</time>
        <time>{rows.some((r) => r.clearedAt === null) ? t('alarms.now') : formatShort(new Date(to), now)}</time>
      </p>
      <ol>
        {ordered.map((r) => {
          const begin = percent(Date.parse(r.raisedAt))
          const width = Math.max(LEAST, percent(r.clearedAt ? Date.parse(r.clearedAt) : now.getTime()) - begin)
          return (
            <li key={r.id} className={marked.has(r.id) ? 'marked' : ''}>
              <Checkbox checked={marked.has(r.id)} onChange={() => onMark(r.id)} aria-label={t('alarms.mark', { no: r.no })} />
              <button type="button" onClick={() => onAlarm(r.id)}>
                <LevelLamp level={r.level} over={r.clearedAt !== null} />
                <span className="incident-what" translate="no">
                  <b>{r.item.name || r.item.code}</b> {r.title[language]} <Flags row={{ ...r, incident: null }} />
                </span>
                <time title={formatDateTime(r.raisedAt, true)}>{lasting(r.raisedAt, r.clearedAt ?? now)}</time>
                <span className="incident-bar" aria-hidden="true">
                  <i
                    className={r.clearedAt ? 'over' : ''}
                    style={{
                      left: `${Math.min(begin, 100 - LEAST)}%`,
                      width: `${width}%`,
                      background: `var(--cy-level-${r.level})`
                    }}
                  />
                </span>
              </button>
            </li>
          )
        })}
      </ol>
    </section>
  )
}
