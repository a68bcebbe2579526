import { REQUEST_STATES, type RequestView } from '@chengyun/contract/registry'
import { EmptyState, formatDateTime, formatShort, useNow, VirtualList } from '@chengyun/ui'
import { Segmented } from 'antd'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation, useSearchParams } from 'wouter'
import { useLiveNamed } from '../../api/live.ts'
import { ListWithMap } from '../../parts/ListWithMap.tsx'
import { ListState } from '../../parts/states.tsx'
import { useListKeys } from '../../parts/useListKeys.ts'
import { usePreferences } from '../../preferences.tsx'
import { useRequests, useTypes } from './data.ts'
import { RequestCard } from './RequestCard.tsx'
import { useFresh } from './useFresh.ts'

const ROW = 56
const LIVE = ['registry.requested'] as const

/** Changes of registers that wait for a decision, and those decided: the list, the chosen one beside it. */
export default function Requests({ id }: { id: string | null }) {
  const { t } = useTranslation()
  const [, navigate] = useLocation()
  const [params] = useSearchParams()
  const state = REQUEST_STATES.find((s) => s === params.get('state')) ?? 'waiting'
  const code = params.get('code')
  const found = useRequests({ state, ...(code ? { code } : {}) })
  const rows = useMemo(() => found.data?.pages.flatMap((p) => p.items) ?? [], [found.data])
  const current = rows.findIndex((r) => r.id === id)
  const open = (next: string | null, of: string = state) =>
    navigate(`/registers/requests${next ? `/${next}` : ''}?state=${of}`, { replace: true })
  const fresh = useFresh()
  useLiveNamed(LIVE, fresh)
  useListKeys({ keys: rows.map((r) => r.id), open: id, onOpen: open })
  const chosen = rows[current]
  return (
    <ListWithMap
      id="registry-requests"
      initial={460}
      min={320}
      max={800}
      list={
        <section className="reg-list">
          <div className="reg-filter">
            <div className="reg-filter-head">
              <h1>{t('registry.requests')}</h1>
            </div>
            <div className="reg-filter-row">
              <Segmented
                size="small"
                value={state}
                aria-label={t('registry.requestState')}
                options={REQUEST_STATES.map((value) => ({ value, label: t(`registry.request.${value}`) }))}
                onChange={(value) => open(null, value)}
              />
            </div>
          </div>
          <div className="reg-rows">
            <ListState
              of={found}
              rows={rows.length}
              lines={10}
              none={
                <EmptyState
                  title={t(state === 'waiting' ? 'registry.noRequests' : 'registry.noRequestsOf')}
                  hint={t('registry.noRequestsHint')}
                />
              }
            />
            {rows.length > 0 ? (
              <VirtualList
                items={rows}
                rowHeight={ROW}
                keyOf={(r) => r.id}
                current={current}
                label={t('registry.requests')}
                onEnd={() => {
                  if (found.hasNextPage && !found.isFetchingNextPage) void found.fetchNextPage()
                }}
                render={(r) => <Line request={r} on={r.id === id} onOpen={() => open(r.id)} />}
              />
            ) : null}
          </div>
        </section>
      }
      card={
        chosen ? (
          <RequestCard
            key={chosen.id}
            request={chosen}
            onDecided={() => open((rows[current + 1] ?? rows[current - 1])?.id ?? null)}
          />
        ) : (
          <EmptyState title={t('registry.noRequestChosen')} hint={t('registry.noRequestChosenHint')} />
        )
      }
      onBack={chosen ? () => open(null) : null}
    />
  )
}

function Line({ request: r, on, onOpen }: { request: RequestView; on: boolean; onOpen: () => void }) {
  const { t } = useTranslation()
  const { language } = usePreferences()
  const now = useNow(60)
  const type = useTypes().data?.find((x) => x.id === r.type)
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the list is moved by J, K and Enter
    // biome-ignore lint/a11y/useFocusableInteractive: focus stays on the list, which announces its current row
    <div className={`reg-request-line${on ? ' on' : ''}`} role="option" aria-selected={on} onClick={onOpen}>
      <p>
        <b>{t(`registry.change.${r.kind}`)}</b> {type?.declaration.name[language] ?? r.type} <code>{r.code ?? ''}</code>
      </p>
      <time title={formatDateTime(r.requestedAt)}>{formatShort(r.requestedAt, now)}</time>
      <small>
        {r.applicantName} · {t(`registry.origin.${r.origin}`)}
        {r.note ? ` · ${r.note}` : ''}
      </small>
    </div>
  )
}
