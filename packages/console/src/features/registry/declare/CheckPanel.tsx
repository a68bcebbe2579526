import type { TypeCheck } from '@chengyun/contract/registry'
import { formatNumber, Skeleton } from '@chengyun/ui'
import type { UseQueryResult } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { QueryError } from '../../../parts/states.tsx'
import { usePreferences } from '../../../preferences.tsx'
import { type Part, partOf } from './blank.ts'

/** What is wrong with the definition, in sentences, while it is written; and which items a narrower one would leave out. */
export function CheckPanel({ check, onOpen }: { check: UseQueryResult<TypeCheck>; onOpen: (part: Part) => void }) {
  const { t } = useTranslation()
  const { language } = usePreferences()
  if (check.isError) return <QueryError of={check} />
  if (!check.data) return <Skeleton lines={4} />
  const { faults, affected } = check.data
  return (
    <section className="reg-check" aria-live="polite" aria-busy={check.isPlaceholderData}>
      <h2>{t('registry.check')}</h2>
      {faults.length === 0 && affected.items === 0 ? <p className="reg-check-ok">{t('registry.checkSound')}</p> : null}
      <ul>
        {faults.map((f) => (
          <li key={`${f.path} ${f.zh}`}>
            <button type="button" onClick={() => onOpen(partOf(f.path))}>
              {f[language]}
              <small>{t(`registry.part.${partOf(f.path)}`)}</small>
            </button>
          </li>
        ))}
      </ul>
      {affected.items > 0 ? (
        <>
          <p className="late">{t('registry.affects', { n: formatNumber(affected.items) })}</p>
          <ul>
            {affected.rules.map((r) => (
              <li key={r.path}>
                <button type="button" onClick={() => onOpen(partOf(r.path))}>
                  {r[language]}
                  <small>{t('registry.bulkCountShort', { n: formatNumber(r.items) })}</small>
                </button>
              </li>
            ))}
          </ul>
        </>
      ) : null}
    </section>
  )
}
