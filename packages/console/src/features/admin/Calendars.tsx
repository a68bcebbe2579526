import type { WorkCalendar } from '@chengyun/contract/clock'
import { EmptyState, formatDateTime, Skeleton } from '@chengyun/ui'
import { useQuery } from '@tanstack/react-query'
import { Button, Drawer, Input, Select } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../api/client.ts'
import { useMay } from '../../api/session.ts'
import { QueryError } from '../../parts/states.tsx'
import { monthDays, nextType, WEEK, workSlots } from './calendar.ts'
import { useChange } from './useChange.tsx'

interface Edition {
  id: string
  version: number
  districtCode: string | null
  createdAt: string
  doc: WorkCalendar
}

const UNDO = '/cases/config/changes/:id/undo'

/** The working calendar by months: holidays, swapped days, working hours. A change is a new edition; clocks that run keep theirs. */
export default function Calendars() {
  const { t } = useTranslation()
  const may = useMay()
  const found = useQuery({
    queryKey: ['calendars'],
    queryFn: ({ signal }) => api<{ calendars: Edition[] }>('/cases/config/calendars', { signal })
  })
  const { propose, dialog } = useChange(['calendars'])
  const [index, setIndex] = useState<number | null>(null)
  const [year, setYear] = useState(() => new Date().getFullYear())
  const [edits, setEdits] = useState<Record<string, 'holiday' | 'workday' | null>>({})
  const [importing, setImporting] = useState(false)
  const [rows, setRows] = useState('')
  if (found.isPending) return <Skeleton lines={12} />
  if (found.isError) return <QueryError of={found} />
  const editions = found.data.calendars
  const edition = editions[index ?? editions.length - 1]
  if (!edition) return <EmptyState title={t('calendar.none')} hint={t('calendar.noneHint')} />
  const { doc } = edition
  const editable = may('cases:config') && index === null
  const dayType = (date: string) => (date in edits ? edits[date] : doc.days[date]) ?? null
  const changed = Object.keys(edits).length
  const applyEdits = async () => {
    const days = { ...doc.days }
    for (const [date, type] of Object.entries(edits)) {
      if (type) days[date] = type
      else delete days[date]
    }
    if (
      await propose({
        title: t('calendar.change', { n: changed }),
        path: '/cases/config/calendars',
        method: 'POST',
        body: { calendar: { ...doc, version: doc.version + 1, days } },
        undo: UNDO
      })
    )
      setEdits({})
  }
  return (
    <>
      <div className="admin-tools">
        <Select
          value={index ?? editions.length - 1}
          style={{ width: 320 }}
          options={editions.map((e, i) => ({
            value: i,
            label: `${e.doc.name?.zh ?? e.id} · ${t('calendar.edition', { v: e.version })} · ${formatDateTime(e.createdAt)}`
          }))}
          onChange={(i: number) => setIndex(i === editions.length - 1 ? null : i)}
        />
        <Button onClick={() => setYear(year - 1)} aria-label={t('duty.before')}>
          ‹
        </Button>
        <b>{year}</b>
        <Button onClick={() => setYear(year + 1)} aria-label={t('duty.after')}>
          ›
        </Button>
        {editable ? (
          <span>
            {changed > 0 ? (
              <Button onClick={() => setEdits({})}>{t('panel.cancel')}</Button>
            ) : (
              <Button onClick={() => setImporting(true)}>{t('calendar.import')}</Button>
            )}{' '}
            <Button type="primary" disabled={changed === 0} onClick={() => void applyEdits()}>
              {t('change.preview')}
            </Button>
          </span>
        ) : null}
      </div>
      <p className="admin-muted">
        {t('calendar.hours', {
          hours: WEEK.map((d, i) => `${t(`weekday.${i}`)} ${workSlots(doc, d) || t('calendar.off')}`).join('　')
        })}
      </p>
      <p className="legend">
        <span>
          <i />
          {t('calendar.rest')}
        </span>
        <span>
          <b className="holiday">{t('calendar.holidayMark')}</b> {t('calendar.holiday')}
        </span>
        <span>
          <b className="swapped">{t('calendar.workMark')}</b> {t('calendar.swapped')}
        </span>
        {editable ? <span>{t('calendar.click')}</span> : null}
      </p>
      <div className="calendar">
        {Array.from({ length: 12 }, (_, m) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: twelve months in their order
          <table key={`${year}-${m + 1}`}>
            <caption>{t('calendar.month', { y: year, m: m + 1 })}</caption>
            <thead>
              <tr>
                {WEEK.map((d, i) => (
                  <th key={d} scope="col">
                    {t(`weekday.short.${i}`)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {monthDays(year, m).map((week) => (
                <tr key={week.find(Boolean)}>
                  {week.map((date, i) => {
                    const weekday = WEEK[i] ?? 'mon'
                    if (!date) return <td key={weekday} />
                    const type = dayType(date)
                    const works = workSlots(doc, weekday) !== ''
                    const look = type === 'holiday' ? 'holiday' : type === 'workday' ? 'swapped' : works ? '' : 'rest'
                    return (
                      <td key={weekday}>
                        <button
                          type="button"
                          className={`${look}${date in edits ? ' edited' : ''}`}
                          disabled={!editable}
                          title={doc.notes?.[date] ?? ''}
                          onClick={() => {
                            const next = nextType(type, works)
                            setEdits((old) => {
                              const out = { ...old, [date]: next }
                              if ((doc.days[date] ?? null) === next) delete out[date]
                              return out
                            })
                          }}
                        >
                          {Number(date.slice(8))}
                        </button>
                      </td>
                    )
                  })}
                </tr>
              ))}
            </tbody>
          </table>
        ))}
      </div>
      <Drawer open={importing} onClose={() => setImporting(false)} size={520} title={t('calendar.import')}>
        <p className="admin-muted">{t('calendar.importHint')}</p>
        <Input.TextArea
          rows={14}
          value={rows}
          onChange={(e) => setRows(e.target.value)}
          placeholder={'2026-10-01,holiday\n2026-10-10,workday'}
        />
        <Button
          type="primary"
          style={{ marginTop: 12 }}
          disabled={!rows.trim()}
          onClick={async () => {
            if (
              await propose({
                title: t('calendar.import'),
                path: '/cases/config/calendars',
                method: 'POST',
                body: { rows, id: edition.id },
                undo: UNDO
              })
            )
              setImporting(false)
          }}
        >
          {t('change.preview')}
        </Button>
      </Drawer>
      {dialog}
    </>
  )
}
