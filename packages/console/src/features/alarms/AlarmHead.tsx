import type { AlarmCard } from '@chengyun/contract/alarms'
import { ClockBar, formatDateTime, LevelLamp, useNow } from '@chengyun/ui'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { usePreferences } from '../../preferences.tsx'
import { Flags } from './AlarmLine.tsx'
import { acknowledgementClock, useLasting, valueText } from './words.ts'

/** Level, number and state; what it is; which thing, where; since when and how long somebody has to see it. */
export function AlarmHead({ card }: { card: AlarmCard }) {
  const { t } = useTranslation()
  const { language } = usePreferences()
  const lasting = useLasting()
  const now = useNow(10)
  return (
    <header className="case-head">
      <div className="case-no">
        <LevelLamp level={card.level} named over={card.clearedAt !== null} />
        {card.worst < card.level ? <span>{t('alarms.worst', { level: t(`alarms.levelWord.${card.worst}`) })}</span> : null}
        <span>{t('alarms.no', { no: card.no })}</span>
        <Flags row={card} />
        {card.late ? <em className="flag">{t('alarms.flag.late')}</em> : null}
        <span className="case-status">{t(`alarms.state.${card.state}`)}</span>
      </div>
      <h1>{card.title[language]}</h1>
      <p className="case-place">
        <Link href={`/registers/list/${card.type}/${encodeURIComponent(card.item.code)}`}>
          {card.item.name || card.item.code}
        </Link>
        {' · '}
        {card.address || t('case.noAddress')}
        <small>
          {card.item.code}
          {card.gridCode ? ` · ${t('case.grid', { code: card.gridCode })}` : ''}
        </small>
      </p>
      <ol className="stages alarm-stages">
        <li className="done">
          {t('alarms.stage.raised')} <span title={formatDateTime(card.raisedAt, true)}>{valueText(card.value, card.unit)}</span>
        </li>
        <li className={card.acknowledgedAt ? 'done' : 'now'}>
          {t('alarms.stage.acknowledged')}{' '}
          {card.acknowledgedAt ? (
            <span>{lasting(card.raisedAt, card.acknowledgedAt)}</span>
          ) : card.dueAt ? (
            <ClockBar clock={acknowledgementClock(card)} inline />
          ) : null}
        </li>
        <li className={card.clearedAt ? 'done' : card.acknowledgedAt ? 'now' : ''}>
          {t(card.clearedAt ? 'alarms.stage.cleared' : 'alarms.stage.standing')}{' '}
          <span>{lasting(card.raisedAt, card.clearedAt ?? now)}</span>
        </li>
        <li className={card.verdict ? 'done' : ''}>
          {t('alarms.stage.judged')} {card.verdict ? <span>{t(`alarms.verdict.${card.verdict}`)}</span> : null}
        </li>
      </ol>
    </header>
  )
}
