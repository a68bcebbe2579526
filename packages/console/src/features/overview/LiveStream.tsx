import { EmptyState, formatTime } from '@chengyun/ui'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { useLiveLog } from '../../api/live.ts'
import { useDistricts } from '../../api/reference.ts'
import { useOperationName } from '../desk/words.ts'

/** Steps as they are taken, newest first; each opens its case. */
export function LiveStream() {
  const { t } = useTranslation()
  const steps = useLiveLog(40)
  const operationName = useOperationName()
  const districts = useDistricts()
  if (steps.length === 0) return <EmptyState title={t('overview.quiet')} hint={t('overview.quietHint')} />
  return (
    <ol className="stream" aria-live="off">
      {steps.map((s) => (
        <li key={s.id}>
          <time>{formatTime(s.at, true)}</time>
          <Link href={`/cases/${s.caseId}`}>
            <b>{operationName(s.op)}</b> {s.caseNo.slice(-7)}
          </Link>
          <span>{districts.find((d) => d.code === s.districtCode)?.name ?? ''}</span>
          <small>{s.actorName}</small>
        </li>
      ))}
    </ol>
  )
}
