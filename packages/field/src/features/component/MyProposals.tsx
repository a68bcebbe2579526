import { formatShort } from '@chengyun/ui/format.ts'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { markSeen, useMyProposals } from '../../app/proposals.ts'
import { useWork } from '../../app/work.ts'
import { useClassName } from '../../parts/ClassPicker.tsx'

/** What became of the corrections I proposed: waiting, taken into the register, or declined and why. */
export function MyProposals() {
  const { t } = useTranslation()
  const nameOf = useClassName()
  const { pack } = useWork()
  const { items } = useMyProposals()
  useEffect(() => markSeen(items), [items])
  if (items.length === 0) return null
  const className = (code: string | null): string => {
    const c = pack?.classes.find((found) => found.kind === 'component' && found.code === code)
    return c ? nameOf(c) : ''
  }
  return (
    <section className="f-part">
      <h2>{t('component.mine')}</h2>
      <ul>
        {items.map((p) => (
          <li key={p.id} className="f-mine" data-status={p.status}>
            <b>
              {t(`component.${p.kind}`)} {className(p.classCode)}
              <span>{t(`component.status.${p.status}`)}</span>
            </b>
            {p.componentId ? (
              <small>
                <code>{p.componentId}</code>
              </small>
            ) : null}
            <small>
              {p.decidedAt
                ? t('component.decided', { by: p.decidedBy ?? '', at: formatShort(p.decidedAt, new Date()) })
                : formatShort(p.capturedAt, new Date())}
            </small>
            {p.decisionNote ? <p>{p.decisionNote}</p> : null}
          </li>
        ))}
      </ul>
    </section>
  )
}
