import type { AlarmCard } from '@chengyun/contract/alarms'
import { formatShort, useNow } from '@chengyun/ui'
import { useTranslation } from 'react-i18next'
import { useActuators } from '../../api/actuation.ts'
import { usePreferences } from '../../preferences.tsx'
import { valueText } from './words.ts'

type Step = AlarmCard['steps'][number]

/** What happened to the alarm, newest first, and whether its history is whole. */
export function AlarmSteps({ card }: { card: AlarmCard }) {
  const { t } = useTranslation()
  const now = useNow(60)
  return (
    <section>
      <h3>
        {t('case.steps')} <small className="alarm-whole">{t(card.whole ? 'alarms.whole' : 'alarms.broken')}</small>
      </h3>
      <ol className="timeline">
        {card.steps.toReversed().map((s) => (
          <li key={s.seq}>
            <p>
              <time>{formatShort(s.at, now)}</time> <b>{t(`alarms.act.${s.act}`)}</b> <Detail step={s} unit={card.unit} />
              {s.act === 'actuate' ? <CommandOf step={s} itemId={card.item.id} /> : null}
            </p>
            {s.note ? <p className="timeline-text">{s.note}</p> : null}
            <small>{s.by.name}</small>
          </li>
        ))}
      </ol>
    </section>
  )
}

/** Which command a step is about, and how far it was then. */
function CommandOf({ step: { data }, itemId }: { step: Step; itemId: string }) {
  const { t } = useTranslation()
  const { language } = usePreferences()
  const found = useActuators(itemId)
  const actuator = found.data?.items.find((a) => a.declaration.key === data['actuator'])?.declaration
  const command = actuator?.commands.find((c) => c.value === data['command'])
  const state = typeof data['state'] === 'string' ? t(`alarms.task.${data['state']}`) : null
  const words = [
    actuator?.name[language] ?? String(data['actuator'] ?? ''),
    command?.name[language] ?? String(data['command'] ?? ''),
    state ?? (data['automatic'] === true ? t('alarms.automatic') : null)
  ]
  return <>· {words.filter(Boolean).join(' · ')}</>
}

/** What the step was about: the level, the person, the verdict, the case. */
function Detail({ step, unit }: { step: Step; unit: string }) {
  const { t } = useTranslation()
  const { data } = step
  const parts: string[] = []
  if (typeof data['level'] === 'number') parts.push(t(`alarms.levelWord.${data['level']}`))
  if (typeof data['value'] === 'number') parts.push(valueText(data['value'], unit))
  if (typeof data['verdict'] === 'string') parts.push(t(`alarms.verdict.${data['verdict']}`))
  for (const key of ['person', 'unit']) {
    const named = data[key] as { name?: string } | undefined
    if (named && typeof named.name === 'string') parts.push(`→ ${named.name}`)
  }
  if (typeof data['party'] === 'string') parts.push(t(`alarms.party.${data['party']}`))
  if (typeof data['caseNo'] === 'string') parts.push(data['caseNo'])
  if (typeof data['status'] === 'string') parts.push(t(`status.${data['status']}`, { defaultValue: data['status'] }))
  if (typeof data['reason'] === 'string') parts.push(t(`alarms.reason.${data['reason']}`, { defaultValue: data['reason'] }))
  return parts.length > 0 ? <>· {parts.join(' · ')}</> : null
}
