import { ROLE_FACTS, ROLES, type RoleKey, type UserView } from '@chengyun/contract/org'
import { formatDateTime } from '@chengyun/ui'
import { useQueryClient } from '@tanstack/react-query'
import { App, Button, Form, Input, Popconfirm, Select } from 'antd'
import { useDeferredValue, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../api/client.ts'
import { useDistricts, useUnits } from '../../api/reference.ts'
import { useMay } from '../../api/session.ts'
import { usePreferences } from '../../preferences.tsx'
import { useRoleName } from '../../shell/PersonMenu.tsx'
import { useChange } from './useChange.tsx'

/** A person: account, posts, password, lock. */
export function UserCard({ user }: { user: UserView }) {
  const { t } = useTranslation()
  const may = useMay()
  const roleName = useRoleName()
  const { message } = App.useApp()
  const client = useQueryClient()
  const { propose, dialog } = useChange(['users'])
  const [adding, setAdding] = useState(false)
  const run = async (act: Promise<unknown>, done: string) => {
    try {
      await act
      void client.invalidateQueries({ queryKey: ['users'] })
      void message.success(done)
    } catch (e) {
      void message.error((e as Error).message)
    }
  }
  return (
    <div>
      {may('org:users') ? (
        <Form
          layout="vertical"
          initialValues={{ name: user.name }}
          onFinish={(v: { name: string; phone?: string }) =>
            propose({
              title: t('users.change', { name: user.name }),
              path: `/org/users/${user.id}`,
              method: 'PATCH',
              body: { version: user.version, name: v.name, ...(v.phone ? { phone: v.phone } : {}) }
            })
          }
        >
          <Form.Item
            name="name"
            label={t('account.name')}
            rules={[{ required: true, message: t('field.needed', { field: t('account.name') }) }]}
          >
            <Input maxLength={40} />
          </Form.Item>
          <Form.Item
            name="phone"
            label={t('users.phone')}
            extra={user.phone ? t('users.phoneKept', { phone: user.phone }) : null}
            rules={[{ pattern: /^\+?[0-9]{5,15}$/, message: t('report.phoneWrong') }]}
          >
            <Input />
          </Form.Item>
          <div className="admin-tools">
            <Button type="primary" htmlType="submit">
              {t('change.preview')}
            </Button>
            <Button
              danger={user.status === 'active'}
              onClick={() =>
                void propose({
                  title: t(user.status === 'active' ? 'users.stop' : 'users.restart', { name: user.name }),
                  path: `/org/users/${user.id}`,
                  method: 'PATCH',
                  body: { version: user.version, status: user.status === 'active' ? 'disabled' : 'active' }
                })
              }
            >
              {t(user.status === 'active' ? 'state.stop' : 'state.restart')}
            </Button>
          </div>
        </Form>
      ) : null}
      <h3>{t('person.posts')}</h3>
      {user.posts.map((p) => (
        <div key={p.id} className="admin-tools">
          <span>
            {roleName(p.role)} · {p.unitName}
            <br />
            <small className="admin-muted">
              {p.regionCodes === null ? t('account.wholeCity') : p.regionCodes.join('、') || t('users.unitScope')} ·{' '}
              {formatDateTime(p.validFrom)}
            </small>
          </span>
          {may('org:posts') ? (
            <Button
              size="small"
              onClick={() =>
                void propose({
                  title: t('users.endPost', { role: roleName(p.role), unit: p.unitName }),
                  path: `/org/posts/${p.id}`,
                  method: 'DELETE'
                })
              }
            >
              {t('users.end')}
            </Button>
          ) : null}
        </div>
      ))}
      {user.posts.length === 0 ? <p className="admin-muted">{t('users.noPosts')}</p> : null}
      {may('org:posts') ? (
        adding ? (
          <PostForm userId={user.id} propose={propose} />
        ) : (
          <Button onClick={() => setAdding(true)}>{t('users.addPost')}</Button>
        )
      ) : null}
      {may('org:users') ? (
        <>
          <h3>{t('users.signIn')}</h3>
          <Form
            layout="inline"
            onFinish={({ password }: { password: string }) =>
              run(api(`/org/users/${user.id}/password`, { method: 'PUT', body: { password } }), t('users.passwordReset'))
            }
          >
            <Form.Item name="password" rules={[{ required: true, min: 8, message: t('account.nextNeeded') }]}>
              <Input.Password placeholder={t('users.newPassword')} autoComplete="new-password" />
            </Form.Item>
            <Button htmlType="submit">{t('users.reset')}</Button>
          </Form>
        </>
      ) : null}
      {user.lockedUntil && may('org:lockouts') ? (
        <Popconfirm
          title={t('users.unlockAsk')}
          onConfirm={() => run(api(`/org/users/${user.id}/lock`, { method: 'DELETE' }), t('users.unlocked'))}
        >
          <Button>{t('users.unlock')}</Button>
        </Popconfirm>
      ) : null}
      {dialog}
    </div>
  )
}

function PostForm({ userId, propose }: { userId: string; propose: ReturnType<typeof useChange>['propose'] }) {
  const { t } = useTranslation()
  const { language } = usePreferences()
  const [q, setQ] = useState('')
  const sought = useDeferredValue(q)
  const units = useUnits({ limit: 30, ...(sought ? { q: sought } : {}) })
  const districts = useDistricts()
  const [role, setRole] = useState<RoleKey | null>(null)
  return (
    <Form
      layout="vertical"
      onFinish={(v: { role: RoleKey; unitId: string; regionCodes?: string[] }) =>
        propose({
          title: t('users.addPost'),
          path: '/org/posts',
          method: 'POST',
          body: {
            userId,
            role: v.role,
            unitId: v.unitId,
            regionCodes: v.regionCodes && v.regionCodes.length > 0 ? v.regionCodes : null
          }
        })
      }
    >
      <Form.Item
        name="role"
        label={t('users.role')}
        rules={[{ required: true, message: t('field.needed', { field: t('users.role') }) }]}
      >
        <Select options={ROLES.map((value) => ({ value, label: ROLE_FACTS[value][language] }))} onChange={setRole} />
      </Form.Item>
      <Form.Item
        name="unitId"
        label={t('overview.unit')}
        rules={[{ required: true, message: t('field.needed', { field: t('overview.unit') }) }]}
      >
        <Select
          showSearch={{ filterOption: false, onSearch: setQ }}
          placeholder={t('unit.search')}
          options={(units.data?.items ?? []).map((u) => ({ value: u.id, label: u.name }))}
        />
      </Form.Item>
      {role && ROLE_FACTS[role].scope === 'region' ? (
        <Form.Item name="regionCodes" label={t('users.regions')} extra={t('users.regionsHint')}>
          <Select mode="multiple" options={districts.map((d) => ({ value: d.code, label: d.name }))} />
        </Form.Item>
      ) : null}
      <Button type="primary" htmlType="submit">
        {t('change.preview')}
      </Button>
    </Form>
  )
}

/** A new account; its holder changes the password at the first sign-in. */
export function UserForm({ propose, onDone }: { propose: ReturnType<typeof useChange>['propose']; onDone: () => void }) {
  const { t } = useTranslation()
  const [busy, setBusy] = useState(false)
  const send = async (v: { username: string; name: string; phone?: string; password: string }) => {
    setBusy(true)
    const proposed = await propose({
      title: t('users.addNamed', { name: v.name }),
      path: '/org/users',
      method: 'POST',
      body: { username: v.username, name: v.name, password: v.password, ...(v.phone ? { phone: v.phone } : {}) }
    })
    setBusy(false)
    if (proposed) onDone()
  }
  return (
    <Form layout="vertical" onFinish={send} disabled={busy}>
      <Form.Item
        name="name"
        label={t('account.name')}
        rules={[{ required: true, message: t('field.needed', { field: t('account.name') }) }]}
      >
        <Input maxLength={40} />
      </Form.Item>
      <Form.Item
        name="username"
        label={t('signin.username')}
        extra={t('users.usernameHint')}
        rules={[{ required: true, pattern: /^[a-z0-9][a-z0-9._-]{1,63}$/, message: t('users.usernameHint') }]}
      >
        <Input autoComplete="off" />
      </Form.Item>
      <Form.Item name="phone" label={t('users.phone')} rules={[{ pattern: /^\+?[0-9]{5,15}$/, message: t('report.phoneWrong') }]}>
        <Input />
      </Form.Item>
      <Form.Item
        name="password"
        label={t('users.firstPassword')}
        extra={t('users.firstPasswordHint')}
        rules={[{ required: true, min: 8, message: t('account.nextNeeded') }]}
      >
        <Input.Password autoComplete="new-password" />
      </Form.Item>
      <Button type="primary" htmlType="submit" loading={busy}>
        {t('change.preview')}
      </Button>
    </Form>
  )
}
