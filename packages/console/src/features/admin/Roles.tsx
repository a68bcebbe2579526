import type { Permission, RoleKey, RoleMatrix } from '@chengyun/contract/org'
import { Skeleton } from '@chengyun/ui'
import { useQuery } from '@tanstack/react-query'
import { Button } from 'antd'
import { Fragment, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../api/client.ts'
import { useMay } from '../../api/session.ts'
import { QueryError } from '../../parts/states.tsx'
import { usePreferences } from '../../preferences.tsx'
import { usePermissionName } from './permissionName.ts'
import { useChange } from './useChange.tsx'

/** Who may do what: permissions down, roles across. Cells are changed for one role at a time and previewed. */
export default function Roles() {
  const { t } = useTranslation()
  const may = useMay()
  const { language } = usePreferences()
  const { propose, dialog } = useChange(['roles'])
  const name = usePermissionName()
  const matrix = useQuery({ queryKey: ['roles'], queryFn: ({ signal }) => api<RoleMatrix>('/org/roles', { signal }) })
  const [edit, setEdit] = useState<{ role: RoleKey; cells: Map<Permission, boolean> } | null>(null)
  if (matrix.isPending) return <Skeleton lines={16} />
  if (matrix.isError) return <QueryError of={matrix} />
  const { permissions, roles } = matrix.data
  const groups = Map.groupBy(permissions, (p) => p.split(':')[0] ?? '')
  const has = (role: RoleMatrix['roles'][number], p: Permission) =>
    (edit?.role === role.role ? edit.cells.get(p) : undefined) ?? role.permissions.includes(p)
  const toggle = (role: RoleMatrix['roles'][number], p: Permission) => {
    const cells = edit?.role === role.role ? new Map(edit.cells) : new Map<Permission, boolean>()
    const next = !has(role, p)
    if (next === role.permissions.includes(p)) cells.delete(p)
    else cells.set(p, next)
    setEdit(cells.size > 0 ? { role: role.role, cells } : null)
  }
  return (
    <>
      <div className="admin-tools">
        <span className="admin-muted">{may('org:roles') ? t('roles.help') : t('roles.readOnly')}</span>
        {edit ? (
          <span>
            <Button onClick={() => setEdit(null)}>{t('panel.cancel')}</Button>{' '}
            <Button
              type="primary"
              onClick={async () => {
                const cells = [...edit.cells].map(([permission, allowed]) => ({ permission, allowed }))
                const role = roles.find((r) => r.role === edit.role)
                if (
                  await propose({
                    title: t('roles.change', { role: role?.[language] ?? edit.role, count: cells.length }),
                    path: '/org/roles',
                    method: 'PATCH',
                    body: { role: edit.role, cells }
                  })
                )
                  setEdit(null)
              }}
            >
              {t('change.preview')}
            </Button>
          </span>
        ) : null}
      </div>
      <div className="matrix">
        <table>
          <thead>
            <tr>
              <th>{t('roles.permission')}</th>
              {roles.map((r) => (
                <th key={r.role} scope="col" title={t('roles.holders', { n: r.holders })}>
                  {r[language]}
                  <br />
                  {r.holders}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {[...groups].map(([domain, list]) => (
              <Fragment key={domain}>
                <tr className="group">
                  <th colSpan={roles.length + 1}>{t(`domain.${domain}`, { defaultValue: domain })}</th>
                </tr>
                {list.map((p) => (
                  <tr key={p}>
                    <th scope="row" title={p}>
                      {name(p)}
                    </th>
                    {roles.map((r) => {
                      const on = has(r, p)
                      const changed = edit?.role === r.role && edit.cells.has(p)
                      return (
                        <td key={r.role} className={changed || r.overrides.some((o) => o.permission === p) ? 'changed' : ''}>
                          <button
                            type="button"
                            disabled={!may('org:roles') || (edit !== null && edit.role !== r.role)}
                            onClick={() => toggle(r, p)}
                            aria-label={`${r[language]} ${name(p)} ${t(on ? 'roles.yes' : 'roles.no')}`}
                          >
                            {on ? '●' : ''}
                          </button>
                        </td>
                      )
                    })}
                  </tr>
                ))}
              </Fragment>
            ))}
          </tbody>
        </table>
      </div>
      {dialog}
    </>
  )
}
