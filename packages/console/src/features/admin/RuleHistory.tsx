import type { RuleChangeView } from '@chengyun/contract/dispatch'
import { EmptyState, ErrorState, formatDateTime, Skeleton } from '@chengyun/ui'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { App, Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { api } from '../../api/client.ts'

/** What was changed in the rules, newest first; each change can be taken back. */
export function RuleHistory() {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const client = useQueryClient()
  const changes = useQuery({
    queryKey: ['rule-changes'],
    queryFn: ({ signal }) => api<{ items: RuleChangeView[] }>('/dispatch/changes', { signal })
  })
  if (changes.isPending) return <Skeleton lines={6} />
  if (changes.isError) return <ErrorState message={changes.error.message} onRetry={() => void changes.refetch()} />
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
                .map(
                  (r) =>
                    `${r.after?.key ?? r.before?.key ?? r.id}: ${r.before?.targetName ?? r.before?.target ?? t('change.isNew')} → ${r.after?.targetName ?? r.after?.target ?? t('change.goes')}`
                )
                .join('；')}
            </small>
          </span>
          {c.undoneAt ? (
            <span className="admin-muted">{t('change.undone')}</span>
          ) : (
            <Button size="small" onClick={() => void undo(c.id)}>
              {t('change.undo')}
            </Button>
          )}
        </div>
      ))}
    </>
  )
}
