import { QUEUES } from '@chengyun/contract/cases'
import { formatNumber, Skeleton } from '@chengyun/ui'
import { useQueryClient } from '@tanstack/react-query'
import { App, Button, Input, Popconfirm } from 'antd'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type Filters, useQueues, useSavedFilters } from '../../api/cases.ts'
import { api } from '../../api/client.ts'
import { QueryError } from '../../parts/states.tsx'
import { useShortcut } from '../../shell/shortcuts.ts'

const addressOf = (filters: Filters): string => new URLSearchParams(filters as Record<string, string>).toString()

/** Somebody's to-do: the queues of the flow table, and what asks for a decision or a visit beside it. */
const isMine = (key: string): boolean => key in QUEUES || ['requests', 'appeals', 'toVisit', 'unsatisfied'].includes(key)

/** Queues with their counts, and the person's own filters below them. */
export function Queues({ filters, onChoose }: { filters: Filters; onChoose: (query: string) => void }) {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const client = useQueryClient()
  const queues = useQueues()
  const saved = useSavedFilters().data?.filters ?? []
  const [naming, setNaming] = useState<string | null>(null)
  const all = useMemo(() => queues.data?.queues ?? [], [queues.data])
  const mine = all.filter((q) => isMine(q.key))
  const wide = all.filter((q) => !isMine(q.key))
  const here = addressOf(filters)
  const order = [...mine, ...wide].map((q) => q.key)
  const go = (by: number) => {
    const at = order.indexOf(filters.queue ?? '')
    const key = order[(at + by + order.length) % order.length]
    if (key) onChoose(`queue=${key}`)
  }
  useShortcut('[', () => go(-1))
  useShortcut(']', () => go(1))
  const run = async (act: Promise<unknown>, done: string) => {
    try {
      await act
      await client.invalidateQueries({ queryKey: ['filters'] })
      void message.success(done)
    } catch (e) {
      void message.error((e as Error).message)
    }
  }
  const keep = () => {
    const name = naming?.trim()
    if (!name) return
    setNaming(null)
    void run(api('/cases/filters', { body: { name, query: filters } }), t('saved.kept', { name }))
  }
  return (
    <nav className="desk-queues" aria-label={t('queues.label')}>
      {queues.isPending ? <Skeleton lines={8} /> : null}
      {queues.isError && !queues.data ? <QueryError of={queues} /> : null}
      {mine.length > 0 ? <h4>{t('queues.mine')}</h4> : null}
      {mine.map((q) => (
        <Queue key={q.key} name={q.key} count={q.count} late={q.late} on={filters.queue === q.key} onChoose={onChoose} />
      ))}
      {wide.length > 0 ? <h4>{t('queues.wide')}</h4> : null}
      {wide.map((q) => (
        <Queue key={q.key} name={q.key} count={q.count} late={q.late} on={filters.queue === q.key} onChoose={onChoose} />
      ))}
      <h4>{t('queues.saved')}</h4>
      {saved.map((s) => (
        <div key={s.id} className={`desk-queue${addressOf(s.query) === here ? ' on' : ''}`}>
          <button type="button" onClick={() => onChoose(addressOf(s.query))}>
            {s.name}
          </button>
          <Popconfirm
            title={t('saved.drop', { name: s.name })}
            onConfirm={() => void run(api(`/cases/filters/${s.id}`, { method: 'DELETE' }), t('saved.dropped', { name: s.name }))}
          >
            <button type="button" className="desk-queue-drop" aria-label={t('saved.drop', { name: s.name })}>
              ×
            </button>
          </Popconfirm>
        </div>
      ))}
      {naming === null ? (
        <Button type="link" size="small" disabled={!here} onClick={() => setNaming('')}>
          {t('saved.keep')}
        </Button>
      ) : (
        <Input
          size="small"
          autoFocus
          value={naming}
          maxLength={40}
          placeholder={t('saved.name')}
          onChange={(e) => setNaming(e.target.value)}
          onPressEnter={keep}
          onKeyDown={(e) => e.key === 'Escape' && setNaming(null)}
          onBlur={() => !naming && setNaming(null)}
        />
      )}
    </nav>
  )
}

function Queue({
  name,
  count,
  late,
  on,
  onChoose
}: {
  name: string
  count: number
  late: number
  on: boolean
  onChoose: (query: string) => void
}) {
  const { t } = useTranslation()
  const alarming = late > 0 && name !== 'closed'
  return (
    <div className={`desk-queue${on ? ' on' : ''}`}>
      <button type="button" onClick={() => onChoose(`queue=${name}`)} aria-current={on ? 'true' : undefined}>
        {t(`queue.${name}`)}
      </button>
      <b title={alarming ? t('queues.late', { count: formatNumber(late) }) : undefined}>
        {alarming ? <i className="desk-queue-late">{formatNumber(late)}</i> : null}
        {formatNumber(count)}
      </b>
    </div>
  )
}
