import type { RuleChangeView } from '@chengyun/contract/dispatch'
import { EmptyState, formatDateTime, Skeleton } from '@chengyun/ui'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { App, Button, Popconfirm } from 'antd'
import { useTranslation } from 'react-i18next'
import { api } from '../../api/client.ts'
import { QueryError } from '../../parts/states.tsx'
import { useTargetText } from './targetText.ts'

/** Rules of a change named at once; the first change of a city is all of them. */
const MOST_RULES = 6

/** What was changed in the rules, newest first; each change can be taken back. */
export function RuleHistory() {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const client = useQueryClient()
  const targetText = useTargetText()
  const changes = useQuery({
    queryKey: ['rule-changes'],
    queryFn: ({ signal }) => api<{ items: RuleChangeView[] }>('/dispatch/changes', { signal })
  })
  if (changes.isPending) return <Skeleton lines={6} />
  if (changes.isError) return <QueryError of={changes} />
  if (changes.data.items.length === 0) return <EmptyState title={t('rules.noChanges')} />
  const undo = async (id: string) => {
    try {
      await api(`/dispatch/changes/${id}/undo`, { method: 'POST' })
      for (const key of ['rules', 'rule-changes', 'rule-check']) void client.invalidateQueries({ queryKey: [key] })
      void message.success(t('change.undone'))
    } catch (e) {
      void message.error((e as Error).message)
    }
  }
  return (
    <>
      {changes.data.items.map((c) => (
        <div key={c.id} className="admin-tools">
          <span style={{ flex: 1 }}>
            {formatDateTime(c.changedAt)} {c.actorName}
            {c.undoOf ? ` · ${t('change.isUndo')}` : ''}
            <br />
            <small className="admin-muted">
              {c.rules
                .slice(0, MOST_RULES)
                .map(
                  (r) =>
                    `${r.after?.key ?? r.before?.key ?? r.id}: ${r.before?.targetName ?? (r.before ? targetText(r.before.target) : null) ?? t('change.isNew')} → ${r.after?.targetName ?? (r.after ? targetText(r.after.target) : null) ?? t('change.goes')}`
                )
                .join('；')}
              {c.rules.length > MOST_RULES ? ` ${t('rules.leftOut', { n: c.rules.length - MOST_RULES })}` : ''}
            </small>
          </span>
          {c.undoneAt ? (
            <span className="admin-muted">{t('change.undone')}</span>
          ) : (
            <Popconfirm title={t('rules.undoAsk', { n: c.rules.length })} onConfirm={() => undo(c.id)}>
              <Button size="small">{t('change.undo')}</Button>
            </Popconfirm>
          )}
        </div>
      ))}
    </>
  )
}
