import type { CheckReport, RuleView } from '@chengyun/contract/dispatch'
import { EmptyState, formatDateTime, formatNumber, Skeleton } from '@chengyun/ui'
import { useQuery } from '@tanstack/react-query'
import { Button, Collapse } from 'antd'
import { useTranslation } from 'react-i18next'
import { api } from '../../api/client.ts'
import { useDivisions } from '../../api/reference.ts'
import { QueryError } from '../../parts/states.tsx'

const SHOWN = 100

/** Looks through every class and street for gaps, overlaps and rules that decide nothing. */
export function RuleCheck() {
  const { t } = useTranslation()
  const divisions = useDivisions()
  const check = useQuery({
    queryKey: ['rule-check'],
    queryFn: ({ signal }) => api<CheckReport>('/dispatch/check', { signal }),
    staleTime: 300_000
  })
  const rules = useQuery({
    queryKey: ['rules', 'all'],
    queryFn: ({ signal }) => api<{ items: RuleView[] }>('/dispatch/rules?limit=500', { signal }),
    staleTime: 60_000
  })
  if (check.isPending) return <Skeleton lines={10} />
  if (check.isError) return <QueryError of={check} />
  const r = check.data
  const name = (code: string) => divisions.data?.find((d) => d.code === code)?.name ?? code
  const places = (codes: string[], everywhere = false) =>
    everywhere ? t('account.wholeCity') : codes.slice(0, 5).map(name).join('、') + (codes.length > 5 ? ` … ${codes.length}` : '')
  const ruleName = (id: string) => {
    const rule = rules.data?.items.find((x) => x.id === id)
    return rule ? `${rule.note || rule.key} · ${t(`kind.${rule.kind}`)} ${rule.classes.slice(0, 6).join(' ')}` : id.slice(-8)
  }
  const n = formatNumber
  const sections = [
    {
      key: 'gaps',
      count: r.gaps.length,
      rows: r.gaps.slice(0, SHOWN).map((g) => ({
        key: `${g.standardRef}${g.kind}${g.classCode}${g.why}`,
        title: `${t(`kind.${g.kind}`)} ${g.classCode} ${g.className}`,
        detail: `${t(`rules.why.${g.why}`)} · ${places(g.streetCodes, g.everywhere)}`,
        cases: g.cases
      }))
    },
    {
      key: 'overlaps',
      count: r.overlaps.length,
      rows: r.overlaps.slice(0, SHOWN).map((o) => ({
        key: o.ruleIds.join(),
        title: o.classes
          .slice(0, 6)
          .map((c) => c.classCode)
          .join('、'),
        detail: `${`${t('rules.overlapOf', { n: o.ruleIds.length })}: ${o.ruleIds.slice(0, 3).map(ruleName).join(' / ')}`} · ${places(o.streetCodes)}`,
        cases: o.cases
      }))
    },
    {
      key: 'dead',
      count: r.dead.length,
      rows: r.dead
        .slice(0, SHOWN)
        .map((d) => ({ key: d.ruleId, title: ruleName(d.ruleId), detail: t(`rules.why.${d.why}`), cases: d.cases }))
    }
  ]
  return (
    <>
      <div className="admin-tools">
        <span className="admin-muted">
          {t('rules.checked', {
            rules: n(r.rules),
            classes: n(r.classes),
            streets: n(r.streets),
            at: formatDateTime(r.checkedAt)
          })}
        </span>
        <Button loading={check.isFetching} onClick={() => void check.refetch()}>
          {t('rules.checkAgain')}
        </Button>
      </div>
      <Collapse
        defaultActiveKey={sections.filter((s) => s.count > 0).map((s) => s.key)}
        items={sections.map((s) => ({
          key: s.key,
          label: t(`rules.${s.key}`, { n: n(s.count) }),
          children:
            s.count === 0 ? (
              <EmptyState title={t(`rules.${s.key}.none`)} />
            ) : (
              <>
                {s.rows.map((row) => (
                  <p key={row.key}>
                    {row.title} <span className="admin-muted">{row.detail}</span> · {t('rules.cases', { n: n(row.cases) })}
                  </p>
                ))}
                {s.count > SHOWN ? <p className="admin-muted">{t('rules.leftOut', { n: n(s.count - SHOWN) })}</p> : null}
              </>
            )
        }))}
      />
    </>
  )
}
