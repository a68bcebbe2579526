import type { RegisterDeclaration, TypeDetail } from '@chengyun/contract/registry'
import { formatDateTime, Skeleton } from '@chengyun/ui'
import { Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { QueryError } from '../../../parts/states.tsx'
import { useTypeVersions } from '../data.ts'
import { changesBetween } from './versions.ts'

/** Earlier definitions: when, why, what differs from the one before; any can be taken up again. */
export function Versions({ register, onTake }: { register: TypeDetail; onTake: (d: RegisterDeclaration) => void }) {
  const { t } = useTranslation()
  const found = useTypeVersions(register.id)
  const [open, setOpen] = useState<number | null>(null)
  if (found.isError) return <QueryError of={found} />
  if (!found.data) return <Skeleton lines={5} />
  const list = found.data.toSorted((a, b) => b.version - a.version)
  return (
    <ol className="timeline reg-versions">
      {list.map((v, i) => {
        const before = list[i + 1]
        const changes = before ? changesBetween(before.declaration, v.declaration) : []
        return (
          <li key={v.version}>
            <p>
              <time>{formatDateTime(v.changedAt)}</time>
              <b>{t('registry.version', { n: v.version })}</b> {v.note}
              {changes.length > 0 ? (
                <Button
                  size="small"
                  type="link"
                  aria-expanded={open === v.version}
                  onClick={() => setOpen(open === v.version ? null : v.version)}
                >
                  {t('registry.changes', { count: changes.length })}
                </Button>
              ) : null}
              {v.version === register.version ? null : (
                <Button size="small" type="link" onClick={() => onTake(v.declaration)}>
                  {t('registry.takeVersion')}
                </Button>
              )}
            </p>
            {open === v.version ? (
              <dl className="reg-diff">
                {changes.map((c) => (
                  <div key={c.path}>
                    <dt>{c.path}</dt>
                    <dd>
                      <del>{c.before}</del>
                      <span aria-hidden="true"> → </span>
                      <ins>{c.after}</ins>
                    </dd>
                  </div>
                ))}
              </dl>
            ) : null}
          </li>
        )
      })}
    </ol>
  )
}
