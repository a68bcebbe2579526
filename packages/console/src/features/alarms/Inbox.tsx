import { ALARM_LEVELS, NOTICE_KINDS, type NoticeView } from '@chengyun/contract/alarms'
import { EmptyState, formatDateTime, formatShort, LevelLamp, useNow } from '@chengyun/ui'
import { useQueryClient } from '@tanstack/react-query'
import { Button, Popconfirm, Segmented } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'
import { type NoticeFilters, readNotices, useNotices, useUnread } from '../../api/inbox.ts'
import { Chip } from '../../parts/filters.tsx'
import { ListState, LoadMore } from '../../parts/states.tsx'
import { useAct } from '../../parts/useAct.tsx'
import { useListKeys } from '../../parts/useListKeys.ts'
import { useQueryParam } from '../../parts/useQueryParam.ts'
import { usePreferences } from '../../preferences.tsx'
import { useShortcut } from '../../shell/shortcuts.ts'
import { incidentAddress } from './words.ts'
import './css/inbox.css'

/** What a message is about: its incident, its alarm (whose card leads to the case and the command), or what is no alarm. */
const addressOf = ({ kind, alarmId, incidentId, link }: NoticeView): string =>
  kind === 'incident' && incidentId ? incidentAddress(incidentId) : alarmId ? `/alarms/${alarmId}` : (link ?? '/inbox')

/** The inbox (消息): what a person was told, the latest first; opening a message is reading it. */
export default function Inbox() {
  const { t } = useTranslation()
  const [params, set] = useQueryParam()
  const [, navigate] = useLocation()
  const level = ALARM_LEVELS.find((l) => String(l) === params.get('level')) ?? null
  const kind = NOTICE_KINDS.find((k) => k === params.get('kind')) ?? null
  const filters: NoticeFilters = { unread: params.get('show') === 'unread', kind, level }
  const found = useNotices(filters)
  const unread = useUnread() ?? 0
  const { act, busy } = useAct(['notices'])
  const client = useQueryClient()
  const rows = found.data?.pages.flatMap((p) => p.items) ?? []
  const [at, setAt] = useState<string | null>(null)
  useListKeys({ keys: rows.map((r) => String(r.id)), open: at, onOpen: setAt })
  const open = (row: NoticeView) => {
    navigate(addressOf(row))
    // Where this fails it stays unread, which is true.
    if (row.readAt === null)
      readNotices({ ids: [row.id] }).then(
        () => void client.invalidateQueries({ queryKey: ['notices'] }),
        () => undefined
      )
  }
  const chosen = rows.find((r) => String(r.id) === at)
  useShortcut('o', () => chosen && open(chosen))
  const readOne = (row: NoticeView) => act(() => readNotices({ ids: [row.id] }), { done: t('inbox.readOne') })
  useShortcut('e', () => chosen && chosen.readAt === null && void readOne(chosen))
  const newest = rows[0]?.id
  return (
    <div className="inbox">
      <header>
        <h1>{t('inbox.title')}</h1>
        <Segmented
          size="small"
          value={filters.unread ? 'unread' : 'all'}
          options={[
            { value: 'all', label: t('inbox.all') },
            { value: 'unread', label: t('inbox.unread', { count: unread }) }
          ]}
          onChange={(v) => set('show', v === 'unread' ? 'unread' : null)}
        />
        <Chip
          name={t('inbox.kindAny')}
          value={kind}
          options={NOTICE_KINDS.map((value) => ({ value, label: t(`inbox.kind.${value}`) }))}
          onChange={(v) => set('kind', v)}
        />
        <Chip
          name={t('inbox.levelAny')}
          value={level && String(level)}
          options={ALARM_LEVELS.slice(0, 3).map((value) => ({ value: String(value), label: t(`inbox.level.${value}`) }))}
          onChange={(v) => set('level', v)}
        />
        <Popconfirm
          title={t('inbox.readAllAsk', { count: unread })}
          okText={t('inbox.readAll')}
          cancelText={t('panel.cancel')}
          disabled={unread === 0 || newest === undefined}
          onConfirm={() =>
            newest !== undefined && void act(() => readNotices({ upTo: newest }), { done: t('inbox.allRead', { count: unread }) })
          }
        >
          <Button size="small" type="text" disabled={unread === 0 || newest === undefined} loading={busy}>
            {t('inbox.readAll')}
          </Button>
        </Popconfirm>
      </header>
      <ListState
        of={found}
        rows={rows.length}
        lines={12}
        none={<EmptyState title={t(filters.unread ? 'inbox.noneUnread' : 'inbox.none')} hint={t('inbox.noneHint')} />}
      />
      <ol aria-label={t('inbox.title')}>
        {rows.map((row) => (
          <Notice key={row.id} row={row} on={String(row.id) === at} onOpen={() => open(row)} onRead={() => void readOne(row)} />
        ))}
      </ol>
      <LoadMore list={found} />
    </div>
  )
}

interface NoticeProps {
  row: NoticeView
  on: boolean
  onOpen: () => void
  onRead: () => void
}

function Notice({ row, on, onOpen, onRead }: NoticeProps) {
  const { t } = useTranslation()
  const { language } = usePreferences()
  const now = useNow(30)
  const fresh = row.readAt === null
  return (
    <li
      className={`${fresh ? 'fresh' : ''}${on ? ' on' : ''}`}
      ref={(li) => {
        if (on) li?.scrollIntoView({ block: 'nearest' })
      }}
    >
      <button type="button" onClick={onOpen} translate="no">
        <LevelLamp level={row.level} over={!fresh} />
        <span>
          <b>{row.text[language]}</b>
          <small>{t(`inbox.kind.${row.kind}`)}</small>
        </span>
        <time title={formatDateTime(row.at, true)}>{formatShort(row.at, now)}</time>
      </button>
      {fresh ? (
        <Button size="small" type="text" onClick={onRead}>
          {t('inbox.read')}
        </Button>
      ) : (
        <small>{t('inbox.wasRead')}</small>
      )}
    </li>
  )
}
