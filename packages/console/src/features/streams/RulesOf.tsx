import { formatDateTime, LevelLamp, Skeleton } from '@chengyun/ui'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { useExplain } from '../../api/alarms.ts'
import { ruleAddress } from '../../api/rules.ts'
import { useMay } from '../../api/session.ts'
import { usePreferences } from '../../preferences.tsx'
import { useWhy } from '../alarms/why.ts'

/** What every rule makes of the stream now, and why. */
export function RulesOf({ streamId }: { streamId: number }) {
  const { t } = useTranslation()
  const { language } = usePreferences()
  const may = useMay()
  const why = useWhy()
  const found = useExplain(streamId)
  return (
    <section>
      <h3>{t('streams.rules')}</h3>
      {found.isPending ? <Skeleton lines={3} /> : null}
      {found.isError ? <p className="streams-note">{found.error.message}</p> : null}
      {found.data?.rules.length === 0 ? <p className="streams-note">{t('streams.noRules')}</p> : null}
      <ul className="thing-rules">
        {(found.data?.rules ?? []).map((r) => (
          <li key={r.ruleId}>
            <p>
              {r.standing ? <LevelLamp level={r.standing} named /> : null}{' '}
              {may('alarms:config') ? <Link href={ruleAddress(r.ruleId)}>{r.name[language]}</Link> : r.name[language]}
            </p>
            <small>{why({ kind: r.kind, ...r.facts, signal: r.signal }, '').join(' · ')}</small>
            {r.judgedAt ? <small>{t('streams.judgedAt', { at: formatDateTime(r.judgedAt, true) })}</small> : null}
          </li>
        ))}
      </ul>
    </section>
  )
}
