import type { AlarmView } from '@chengyun/contract/alarms'
import { formatNumber, type Level, LevelLamp, useNow } from '@chengyun/ui'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { agoText } from '../ago.ts'
import { useBoth, usePage } from '../context.ts'
import { Frame, Nothing } from '../Frame.tsx'
import type { WidgetProps } from './index.ts'

const LEVELS = ['1', '2', '3', '4']

/** Open alarms of the pack, gravest first, as they come. */
export function Alarms({ widget, n }: WidgetProps) {
  const { t } = useTranslation()
  const { pack, wall } = usePage()
  return (
    <Frame<'alarms'>
      widget={widget}
      n={n}
      tools={(data) => (
        <span className="sw-levels">
          {LEVELS.filter((l) => (data.byLevel[l] ?? 0) > 0).map((l) => (
            <LevelCount key={l} level={l} count={data.byLevel[l] ?? 0} pack={pack} wall={wall} />
          ))}
        </span>
      )}
    >
      {(data) =>
        data.items.length === 0 ? (
          <Nothing title={t('scenarios.noAlarms')} hint={t('scenarios.noAlarmsHint')} />
        ) : (
          <ol className="sw-alarms">
            {data.items.map((a) => (
              <Row key={a.id} alarm={a} wall={wall} />
            ))}
            {data.total > data.items.length && !wall ? (
              <li className="sw-more">
                <Link href={`/alarms?pack=${pack}&state=open`}>{t('scenarios.allAlarms', { n: formatNumber(data.total) })}</Link>
              </li>
            ) : null}
          </ol>
        )
      }
    </Frame>
  )
}

function LevelCount({ level, count, pack, wall }: { level: string; count: number; pack: string; wall: boolean }) {
  const inner = (
    <>
      <LevelLamp level={Number(level) as Level} />
      {formatNumber(count)}
    </>
  )
  return wall ? <span>{inner}</span> : <Link href={`/alarms?pack=${pack}&state=open&level=${level}`}>{inner}</Link>
}

function Row({ alarm: a, wall }: { alarm: AlarmView; wall: boolean }) {
  const { t } = useTranslation()
  const both = useBoth()
  const now = useNow(30).getTime()
  const waits = a.acknowledgedAt === null
  const said = a.case
    ? t('scenarios.alarm.case', { no: a.case.no })
    : a.assignee
      ? t('scenarios.alarm.assigned', { name: a.assignee.name })
      : a.acknowledgedAt
        ? t('scenarios.alarm.acknowledged')
        : t('scenarios.alarm.waits')
  const inner = (
    <>
      <LevelLamp level={a.level as Level} over={a.clearedAt !== null} />
      <span className="sw-alarm-title">
        <b>{both(a.title)}</b>
        <span>{[a.item.name, a.address].filter(Boolean).join(' · ')}</span>
      </span>
      <span className="sw-alarm-when">
        <time dateTime={a.raisedAt}>{agoText(Date.parse(a.raisedAt), now)}</time>
        <span className={waits ? 'waits' : ''}>{said}</span>
      </span>
    </>
  )
  return <li>{wall ? <div>{inner}</div> : <Link href={`/alarms/${a.id}`}>{inner}</Link>}</li>
}
