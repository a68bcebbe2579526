import { ROLE_FACTS, ROLES, type RoleKey, type UserView } from '@chengyun/contract/org'
import { EmptyState, formatShort, useNow } from '@chengyun/ui'
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { Button, Drawer, Input, Select, Table } from 'antd'
import { useDeferredValue, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api, query } from '../../api/client.ts'
import { useMay } from '../../api/session.ts'
import { LoadMore, QueryError } from '../../parts/states.tsx'
import { usePreferences } from '../../preferences.tsx'
import { useRoleName } from '../../shell/PersonMenu.tsx'
import { UserCard, UserForm } from './UserCard.tsx'
import { useChange } from './useChange.tsx'

/** People, their posts and the state of their accounts. */
export default function Users() {
  const { t } = useTranslation()
  const may = useMay()
  const { language } = usePreferences()
  const roleName = useRoleName()
  const now = useNow(60)
  const [q, setQ] = useState('')
  const [role, setRole] = useState<RoleKey | null>(null)
  const [open, setOpen] = useState<UserView | 'new' | null>(null)
  const { propose, dialog } = useChange(['users'])
  const sought = useDeferredValue(q.trim())
  const users = useInfiniteQuery({
    queryKey: ['users', sought, role],
    queryFn: ({ pageParam, signal }) =>
      api<{ items: UserView[]; next: string | null }>(`/org/users${query({ q: sought, role, after: pageParam, limit: 100 })}`, {
        signal
      }),
    initialPageParam: '',
    getNextPageParam: (last) => last.next,
    placeholderData: keepPreviousData
  })
  const rows = users.data?.pages.flatMap((p) => p.items) ?? []
  const shown = open !== null && open !== 'new' ? (rows.find((u) => u.id === open.id) ?? open) : null
  return (
    <>
      <div className="admin-tools">
        <Input
          allowClear
          value={q}
          onChange={(e) => setQ(e.target.value)}
          placeholder={t('users.search')}
          style={{ width: 240 }}
        />
        <Select
          allowClear
          value={role}
          placeholder={t('users.role')}
          style={{ width: 160 }}
          options={ROLES.map((value) => ({ value, label: ROLE_FACTS[value][language] }))}
          onChange={(v) => setRole(v ?? null)}
        />
        {may('org:users') ? (
          <Button type="primary" onClick={() => setOpen('new')}>
            {t('users.add')}
          </Button>
        ) : null}
      </div>
      {users.isError ? (
        <QueryError of={users} />
      ) : (
        <Table<UserView>
          size="small"
          rowKey="id"
          loading={users.isPending}
          dataSource={rows}
          pagination={false}
          locale={{ emptyText: <EmptyState title={t('users.none')} hint={t('users.noneHint')} /> }}
          onRow={(u) => ({ onClick: () => setOpen(u), style: { cursor: 'pointer' } })}
          columns={[
            { title: t('account.name'), dataIndex: 'name', width: 100 },
            { title: t('signin.username'), dataIndex: 'username', width: 160 },
            {
              title: t('person.posts'),
              render: (_, u) => u.posts.map((p) => `${roleName(p.role)} · ${p.unitName}`).join('；') || '–'
            },
            { title: t('users.phone'), dataIndex: 'phone', width: 130, render: (v: string | null) => v ?? '–' },
            { title: t('users.totp'), width: 90, render: (_, u) => t(u.totpEnrolled ? 'users.bound' : 'users.unbound') },
            { title: t('users.lastSignIn'), width: 120, render: (_, u) => formatShort(u.lastSignInAt, now) },
            {
              title: t('units.state'),
              width: 90,
              render: (_, u) =>
                t(
                  u.lockedUntil && Date.parse(u.lockedUntil) > now.getTime()
                    ? 'state.locked'
                    : u.status === 'active'
                      ? 'state.active'
                      : 'state.inactive'
                )
            }
          ]}
        />
      )}
      <LoadMore list={users} />
      <Drawer
        open={open !== null}
        onClose={() => setOpen(null)}
        size={520}
        title={shown ? `${shown.name} · ${shown.username}` : t('users.add')}
        destroyOnHidden
      >
        {shown ? <UserCard key={shown.version} user={shown} /> : <UserForm propose={propose} onDone={() => setOpen(null)} />}
      </Drawer>
      {dialog}
    </>
  )
}
