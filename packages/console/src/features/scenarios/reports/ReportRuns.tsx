import type { ReportKind, ReportRun } from '@chengyun/contract/scenarios'
import { formatNumber } from '@chengyun/ui'
import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { cancelRun } from '../../../api/reports.ts'
import { useAct } from '../../../parts/useAct.tsx'
import { useBoth } from '../context.ts'
import { periodText } from './words.ts'

/** So many are shown one by one. */
const SHOWN = 3

/** What is being made, how far it is, and stopping it; of what failed how many. */
export function ReportRuns({ pack, kinds, runs }: { pack: string; kinds: readonly ReportKind[]; runs: readonly ReportRun[] }) {
  const { t } = useTranslation()
  const both = useBoth()
  const { act, busy } = useAct(['reports'])
  const shown = runs.filter((r) => r.endedAt === null || r.failed > 0 || r.ready === 0).reverse()
  if (shown.length === 0) return null
  return (
    <ul className="scn-report-runs">
      {shown.slice(0, SHOWN).map((run) => {
        const kind = kinds.find((k) => k.key === run.report)
        const all = run.waiting + run.ready + run.failed
        const name = kind ? both(kind.name) : run.report
        return (
          <li key={run.id}>
            <b>{t('packReports.run', { name, period: periodText(run) })}</b>
            {run.endedAt === null ? <progress value={run.ready + run.failed} max={Math.max(1, all)} aria-label={name} /> : null}
            <span>
              {run.endedAt !== null && all === 0
                ? t('packReports.nothing')
                : t('packReports.progress', { done: formatNumber(run.ready), all: formatNumber(all) })}
              {run.failed > 0 ? ` · ${t('packReports.failedCount', { n: formatNumber(run.failed) })}` : ''}
            </span>
            {run.canCancel ? (
              <Button
                size="small"
                type="text"
                loading={busy}
                onClick={() => void act(() => cancelRun(pack, run.id), { done: t('packReports.cancelled') })}
              >
                {t('packReports.cancel')}
              </Button>
            ) : null}
          </li>
        )
      })}
      {shown.length > SHOWN ? <li>{t('packReports.moreRuns', { n: formatNumber(shown.length - SHOWN) })}</li> : null}
    </ul>
  )
}
