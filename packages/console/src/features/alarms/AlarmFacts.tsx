import type { AlarmCard } from '@chengyun/contract/alarms'
import { ClockBar, formatDateTime, formatShort, useNow } from '@chengyun/ui'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { useExplain } from '../../api/alarms.ts'
import { ruleAddress } from '../../api/rules.ts'
import { useMay } from '../../api/session.ts'
import { useStream } from '../../api/streams.ts'
import { usePreferences } from '../../preferences.tsx'
import { streamName } from '../streams/words.ts'
import { Actuation } from './Actuation.tsx'
import { useWhy } from './why.ts'
import { acknowledgementClock, incidentAddress, useSeconds, valueText } from './words.ts'

/** Beside the alarm: why it is one, who answers for it and until when, its case and incident, what can be done from afar. */
export function AlarmFacts({ card }: { card: AlarmCard }) {
  return (
    <aside className="case-facts alarm-facts">
      <Why card={card} />
      <Parties card={card} />
      <CaseOf card={card} />
      <Facts card={card} />
      <Actuation item={card.item} alarmId={card.id} />
      <Quiet card={card} />
    </aside>
  )
}

/** The way to a suppression of this item alone, for works and tests at it. */
function Quiet({ card }: { card: AlarmCard }) {
  const { t } = useTranslation()
  const may = useMay()
  if (!may('alarms:handle')) return null
  const name = encodeURIComponent(card.item.name || card.item.code)
  return (
    <p className="alarm-quiet">
      <Link href={`/admin/alarm-suppressions?item=${card.item.id}&name=${name}`}>{t('alarms.suppressItem')}</Link>
    </p>
  )
}

function Why({ card }: { card: AlarmCard }) {
  const { t } = useTranslation()
  const { language } = usePreferences()
  const may = useMay()
  const why = useWhy()
  const explained = useExplain(card.streamId, card.clearedAt === null)
  const now = explained.data?.rules.find((r) => r.ruleId === card.ruleId)
  const name = now?.name[language] ?? card.ruleId
  return (
    <section>
      <h3>{t('alarms.why')}</h3>
      <p className="case-note">
        {may('alarms:config') ? <Link href={ruleAddress(card.ruleId)}>{name}</Link> : name}
        <small>{t('alarms.ruleVersion', { id: card.ruleId, version: card.ruleVersion })}</small>
        {why(card.facts, card.unit).map((line) => (
          <span key={line} className="alarm-why">
            {line}
          </span>
        ))}
        {now && now.signal !== null ? (
          <small>
            {t('alarms.nowSignal', { value: valueText(now.signal) })}
            {now.judgedAt ? ` · ${formatDateTime(now.judgedAt, true)}` : ''}
          </small>
        ) : null}
      </p>
    </section>
  )
}

function Parties({ card }: { card: AlarmCard }) {
  const { t } = useTranslation()
  const now = useNow(60)
  const seconds = useSeconds()
  return (
    <section>
      <h3>
        {t('alarms.response')}{' '}
        {card.responseS === null ? null : <small>{t('alarms.firstResponse', { text: seconds(card.responseS) })}</small>}
      </h3>
      <ul className="alarm-parties">
        {card.parties.map((p) => (
          <li key={p.party} className={p.overdue ? 'late' : ''}>
            <span>
              <b>{t(`alarms.party.${p.party}`)}</b> {p.unit?.name ?? (p.party === 'hub' ? '' : t('alarms.nobody'))}
              <small>
                {p.acknowledgedAt
                  ? t('alarms.acknowledgedBy', { name: p.acknowledgedBy ?? '', at: formatShort(p.acknowledgedAt, now) })
                  : p.toldAt
                    ? t('alarms.toldAt', { at: formatShort(p.toldAt, now) })
                    : t('alarms.sees')}
                {p.overdue ? ` · ${t('alarms.overdue')}` : ''}
              </small>
            </span>
            {p.dueAt && !p.acknowledgedAt ? (
              <ClockBar clock={acknowledgementClock({ raisedAt: card.levelAt, dueAt: p.dueAt })} />
            ) : null}
          </li>
        ))}
      </ul>
      {card.parties.length === 0 ? <p className="alarm-hint">{t('alarms.noParties')}</p> : null}
    </section>
  )
}

function CaseOf({ card }: { card: AlarmCard }) {
  const { t } = useTranslation()
  const { case: made, incident, caseFault, caseWantedAt } = card
  return (
    <section>
      <h3>{t('alarms.caseTitle')}</h3>
      {made ? (
        <p>
          <Link href={`/cases/${made.id}`}>{made.no}</Link> <em className="flag">{t(`status.${made.status}`)}</em>
          {card.asksVerdict ? <span className="alarm-why">{t('alarms.asksVerdictHint')}</span> : null}
        </p>
      ) : (
        <p className="alarm-hint">
          {caseFault ? t('alarms.caseFault', { code: caseFault }) : caseWantedAt ? t('alarms.caseWanted') : t('alarms.noCase')}
        </p>
      )}
      {incident ? (
        <p>
          <Link href={incidentAddress(incident.id)}>{t('alarms.incidentNo', { no: incident.no })}</Link>
        </p>
      ) : null}
    </section>
  )
}

function Facts({ card }: { card: AlarmCard }) {
  const { t } = useTranslation()
  const { language } = usePreferences()
  const may = useMay()
  const stream = useStream(may('streams:read') ? card.streamId : null)
  const rows: [string, React.ReactNode][] = [
    ['began', formatDateTime(card.beganAt, true)],
    ['raised', formatDateTime(card.raisedAt, true)],
    ['cleared', card.clearedAt ? `${formatDateTime(card.clearedAt, true)} ${reason(card.clearReason)}` : null],
    ['assignee', card.assignee?.name],
    ['unit', card.unitInCharge?.name],
    ['regulator', card.regulator?.name],
    ['owner', card.owner?.name],
    [
      'stream',
      // biome-ignore lint/correctness/useJsxKeyInIterable: pairs of a name and a value, keyed where they are drawn
      <Link href={`/streams/thing/${card.type}/${encodeURIComponent(card.item.code)}?stream=${card.streamId}`}>
        {stream.data ? streamName(stream.data, language) : card.stream}
      </Link>
    ]
  ]
  function reason(word: string | null): string {
    return word ? t(`alarms.reason.${word}`, { defaultValue: word }) : ''
  }
  return (
    <section>
      <h3>{t('alarms.facts')}</h3>
      <dl>
        {rows.map(([key, value]) =>
          value ? (
            <div key={key}>
              <dt>{t(`alarms.fact.${key}`)}</dt>
              <dd>{value}</dd>
            </div>
          ) : null
        )}
      </dl>
    </section>
  )
}
