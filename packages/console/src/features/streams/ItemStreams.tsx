import type { AlarmsMoved } from '@chengyun/contract/alarms'
import { formatShort, LevelLamp, useNow } from '@chengyun/ui'
import { useQueryClient } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { useAlarmList } from '../../api/alarms.ts'
import { useLiveNamed } from '../../api/live.ts'
import { useMay } from '../../api/session.ts'
import { useLatestLive, useStreams } from '../../api/streams.ts'
import { usePreferences } from '../../preferences.tsx'
import { StateMark } from './StateMark.tsx'
import { Spark, thingAddress } from './ThingTable.tsx'
import { liveText, streamName } from './words.ts'
import './streams.css'

const ALARMS = 3

/** The streams of an item with their latest readings, and its open alarms; nothing where it has none. For cards of the map and of registers. */
export function ItemStreams({
  type,
  code,
  itemId,
  className
}: {
  type: string
  code: string
  itemId: string
  className: string
}) {
  const { t } = useTranslation()
  const { language } = usePreferences()
  const may = useMay()
  const now = useNow(30)
  const found = useStreams({ type, item: code }, may('streams:read'))
  const streams = useMemo(() => found.data?.pages.flatMap((p) => p.items) ?? [], [found.data])
  const live = useLatestLive(
    useMemo(() => (streams.length > 0 ? { streams: streams.map((s) => s.id).join(',') } : null), [streams])
  )
  const alarms = useAlarmList({ item: itemId, state: 'open' }, may('alarms:read') && streams.length > 0)
  const client = useQueryClient()
  useLiveNamed(['alarms.moved'], (payload) => {
    if ((payload as unknown as AlarmsMoved).alarm.itemId === itemId)
      void client.invalidateQueries({ queryKey: ['alarms', 'list'] })
  })
  const open = alarms.data?.pages[0]?.items ?? []
  if (streams.length === 0) return null
  return (
    <section className={className}>
      <h3>{t('streams.itemStreams')}</h3>
      <ul className="thing-alarms">
        {open.slice(0, ALARMS).map((a) => (
          <li key={a.id}>
            <Link href={`/alarms/${a.id}?item=${itemId}`}>
              <LevelLamp level={a.level} />
              <span>{a.title[language]}</span>
              <time>{formatShort(a.raisedAt, now)}</time>
            </Link>
          </li>
        ))}
      </ul>
      <ul className="item-streams">
        {streams.map((s) => (
          <li key={s.id}>
            <Link href={`${thingAddress(type, code)}?stream=${s.id}`}>{streamName(s, language)}</Link>
            <Spark id={s.hidden ? null : s.id} />
            <b>
              {liveText(s, live.get(s.id), language) ?? '–'} <small>{s.unit.symbol ?? ''}</small>
            </b>
            <StateMark state={live.get(s.id)?.state ?? s.state} named={false} />
          </li>
        ))}
      </ul>
      <Link href={thingAddress(type, code)}>{t('streams.allOf')}</Link>
    </section>
  )
}
