import type { ReportWarning } from '@chengyun/contract/public'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { api } from '../../api/client.ts'
import { useMay } from '../../api/session.ts'

/** What speaks against a citizen's report before it is accepted, and how many others it troubles. */
export function PublicWarnings({ caseNo }: { caseNo: string }) {
  const { t } = useTranslation()
  const may = useMay()
  const { data } = useQuery({
    queryKey: ['review', 'case', caseNo],
    queryFn: ({ signal }) => api<{ items: ReportWarning[]; meToo: number }>(`/public/review/cases/${caseNo}`, { signal }),
    enabled: may('public:review')
  })
  if (!data || (data.items.length === 0 && data.meToo === 0)) return null
  return (
    <section>
      <h3>{t('case.public')}</h3>
      <p className="case-note">
        {data.meToo > 0 ? t('case.meToo', { n: data.meToo }) : null}
        {data.items.map((w) => (
          <small key={`${w.kind}${w.detail}`}>{[t(`warning.${w.kind}`), w.detail, w.caseNo].filter(Boolean).join(' · ')}</small>
        ))}
      </p>
    </section>
  )
}
