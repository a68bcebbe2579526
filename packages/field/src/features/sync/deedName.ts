import { OPERATIONS } from '@chengyun/contract/cases'
import type { FieldMove, FieldProposal, FieldReport } from '@chengyun/contract/field'
import { useTranslation } from 'react-i18next'
import { type Outgoing, useWork } from '../../app/work.ts'
import { useClassName } from '../../parts/ClassPicker.tsx'

/** What was done, as its doer would say it. */
export function useDeedName(): (o: Outgoing) => { what: string; about: string } {
  const { t, i18n } = useTranslation()
  const { pack } = useWork()
  const nameOf = useClassName()
  const language = i18n.language === 'en' ? 'en' : 'zh'
  return (o) => {
    if (o.kind === 'move') {
      const input = o.input as FieldMove
      const item = o.current ?? pack?.cases.find((c) => c.id === input.caseId)
      const result = input.result
        ? t('app.colon', { what: OPERATIONS[input.op][language], value: t(`result.${input.result}`) })
        : null
      return {
        what: result ?? OPERATIONS[input.op][language],
        about: item ? `${item.className} · ${item.caseNo}` : (o.caseNo ?? '')
      }
    }
    if (o.kind === 'report' || o.kind === 'selfHandle') {
      const input = o.input as FieldReport
      const found = pack?.classes.find((c) => c.code === input.classCode && c.kind === input.kind)
      return {
        what: t(`sync.kind.${o.kind}`),
        about: [found ? nameOf(found) : input.description, o.caseNo].filter(Boolean).join(' · ')
      }
    }
    if (o.kind === 'attendance') return { what: t(`sync.kind.attendance.${(o.input as { action: string }).action}`), about: '' }
    if (o.kind === 'proposal') {
      const input = o.input as FieldProposal
      return { what: t('sync.kind.proposal'), about: `${t(`component.${input.kind}`)} ${input.componentId ?? ''}` }
    }
    return { what: t('sync.kind.track'), about: t('sync.points', { n: (o.input as { points: unknown[] }).points.length }) }
  }
}
