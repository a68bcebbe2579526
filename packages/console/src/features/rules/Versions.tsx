import { formatDateTime, Skeleton } from '@chengyun/ui'
import { useTranslation } from 'react-i18next'
import { useRuleVersions } from '../../api/rules.ts'
import { QueryError } from '../../parts/states.tsx'
import { differences } from './differences.ts'

/** What was changed of a rule, newest first, each against the one before. */
export function Versions({ id }: { id: string }) {
  const { t } = useTranslation()
  const found = useRuleVersions(id)
  if (found.isPending) return <Skeleton lines={6} />
  if (found.isError && !found.data) return <QueryError of={found} />
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
            <table className="rules-table rule-diff">
              <tbody>
                {differences(before ? { ...before.rule, enabled: before.enabled } : null, { ...v.rule, enabled: v.enabled }).map(
                  (d) => (
                    <tr key={d.path}>
                      <th scope="row">
                        <code>{d.path}</code>
                      </th>
                      <td>{d.before === null ? '' : <del>{d.before}</del>}</td>
                      <td>{d.after === null ? '' : <ins>{d.after}</ins>}</td>
                    </tr>
                  )
                )}
              </tbody>
            </table>
          </li>
        )
      })}
    </ol>
  )
}
