import type { AlarmCard, HandAct } from '@chengyun/contract/alarms'
import { EmptyState, Skeleton } from '@chengyun/ui'
import { App } from 'antd'
import { useEffect, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useAlarm } from '../../api/alarms.ts'
import { CityMap } from '../../parts/CityMap.tsx'
import { QueryError } from '../../parts/states.tsx'
import { useShortcut } from '../../shell/shortcuts.ts'
import { CasePhotos } from '../desk/CasePhotos.tsx'
import { StreamTrend } from '../streams/StreamTrend.tsx'
import { NO_FIELDS } from './ActFields.tsx'
import { ActPanel } from './ActPanel.tsx'
import { AlarmActs } from './AlarmActs.tsx'
import { AlarmFacts } from './AlarmFacts.tsx'
import { AlarmHead } from './AlarmHead.tsx'
import { AlarmSteps } from './AlarmSteps.tsx'
import { useAlarmAct } from './useAlarmAct.ts'

const ZOOM = 15
const CHART_HEIGHT = 200
const ROOM = 0.06

/** One alarm: what it is and why, the stream around it, the place, what happened, and what may be done now. */
export function AlarmPane({ id }: { id: string | null }) {
  const { t } = useTranslation()
  const found = useAlarm(id)
  const [act, setAct] = useState<HandAct | null>(null)
  const { message } = App.useApp()
  const direct = useAlarmAct(found.data)
  const fault = direct.error?.message
  useEffect(() => {
    if (fault) void message.error(fault, 6)
  }, [fault, message])
  // What needs nothing typed is done at once: a shift acknowledges hundreds.
  const choose = (next: HandAct | null) => {
    if (next && NO_FIELDS.has(next)) void direct.send(next)
    else setAct(next)
  }
  // biome-ignore lint/correctness/useExhaustiveDependencies: an act belongs to one alarm
  useEffect(() => setAct(null), [id])
  useShortcut('Escape', () => setAct(null), { enabled: act !== null, always: true })
  if (id === null) return <EmptyState title={t('alarms.noCard')} hint={t('alarms.noCardHint')} />
  if (found.isPending) return <Skeleton lines={14} />
  if (found.isError && !found.data) return <QueryError of={found} />
  const card = found.data
  const waiting = card.id !== id
  return (
    <article className={`case alarm${waiting ? ' waiting' : ''}`} aria-busy={waiting}>
      <AlarmHead card={card} />
      <div className="case-body">
        <div className="case-main">
          {card.advice ? <Advice card={card} /> : null}
          <AlarmChart card={card} />
          <AlarmPlace card={card} />
          {card.evidence.length > 0 ? <CasePhotos evidence={card.evidence as never} /> : null}
          <AlarmSteps card={card} />
        </div>
        <AlarmFacts card={card} />
      </div>
      {act && card.can.includes(act) && !waiting ? (
        <ActPanel key={act} card={card} act={act} onClose={() => setAct(null)} onDone={() => setAct(null)} />
      ) : null}
      <AlarmActs card={card} disabled={waiting || direct.busy} active={act} onChoose={choose} />
    </article>
  )
}

function Advice({ card }: { card: AlarmCard }) {
  const { t, i18n } = useTranslation()
  const text = card.advice?.[i18n.language === 'en' ? 'en' : 'zh']
  return (
    <p className="alarm-advice">
      <b>{t('alarms.advice')}</b> {text}
    </p>
  )
}

function AlarmChart({ card }: { card: AlarmCard }) {
  const { t } = useTranslation()
  const { streamId, from, to } = card.chart
  // The alarm would begin at the very edge of the picture: some room is left behind it.
  const span = useMemo(() => {
    const room = (Date.parse(to) - Date.parse(from)) * ROOM
    return { from, to: new Date(Date.parse(to) + room).toISOString() }
  }, [from, to])
  return (
    <section>
      <h3>{t('alarms.chart', { unit: card.unit || '–' })}</h3>
      <StreamTrend streamId={streamId} span={span} rule={card.ruleId} height={CHART_HEIGHT} />
    </section>
  )
}

function AlarmPlace({ card }: { card: AlarmCard }) {
  const { t } = useTranslation()
  const [lng, lat] = card.place ?? [null, null]
  const { id, level } = card
  const point = useMemo(
    () =>
      lng === null || lat === null ? null : { id, location: [lng, lat] as [number, number], lamp: `level${level}` as const },
    [id, lng, lat, level]
  )
  if (!point) return <p className="case-nophoto">{t('alarms.noPlace')}</p>
  return (
    <div className="case-map">
      <CityMap selected={point} focus={{ center: point.location, zoom: ZOOM }} note={card.address} />
    </div>
  )
}
