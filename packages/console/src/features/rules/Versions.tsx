import { ErrorState, formatDateTime, Skeleton } from '@chengyun/ui'
import { useTranslation } from 'react-i18next'
import { useRuleVersions } from '../../api/rules.ts'
import { Diff } from '../admin/Diff.tsx'

/** What was changed of a rule, newest first, each against the one before. */
export function Versions({ id }: { id: string }) {
  const { t } = useTranslation()
  const found = useRuleVersions(id)
  if (found.isPending) return <Skeleton lines={6} />
  if (found.isError && !found.data) return <ErrorState message={found.error.message} onRetry={() => void found.refetch()} />
  return (
    <ol className="rule-versions">
      {found.data.map((v, i) => {
        const before = found.data[i + 1]
        return (
          <li key={v.version}>
            <p>
              <b>{t('arules.versionNo', { version: v.version })}</b> {formatDateTime(v.changedAt)} {v.changedBy}{' '}
              {v.enabled ? '' : t('streams.off')}
            </p>
            {v.note ? <p>{v.note}</p> : null}
            <Diff
              diff={{
                table: '',
                id: String(v.version),
                label: '',
                before: before ? { ...before.rule, enabled: before.enabled } : null,
                after: { ...v.rule, enabled: v.enabled }
              }}
            />
          </li>
        )
      })}
    </ol>
  )
}
