import type { ItemCard, TypeDetail } from '@chengyun/contract/registry'
import { KeyHint } from '@chengyun/ui'
import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { Link, useLocation } from 'wouter'
import { usePackPages } from '../../api/scenarios.ts'
import { useMay } from '../../api/session.ts'
import { useShortcut } from '../../shell/shortcuts.ts'
import { reportAddress } from '../map/CaseCard.tsx'
import type { CardMode } from './ItemPane.tsx'

export interface CardActsProps {
  register: TypeDetail
  card: ItemCard
  disabled: boolean
  onMode: (mode: CardMode) => void
}

/** What may be done with the item now: one thing first, the rest in reach. */
export function CardActs({ register, card, disabled, onMode }: CardActsProps) {
  const { t } = useTranslation()
  const [, navigate] = useLocation()
  const has = (act: ItemCard['can'][number]) => card.can.includes(act)
  const edits = has('edit') || has('propose')
  const report = has('report') && card.place ? reportAddress(card.place, /^\d{16,17}$/.test(card.code) ? card.code : null) : null
  const mayScenarios = useMay()('scenarios:read')
  const packs = usePackPages(mayScenarios).data?.filter((p) => p.reports.includes(register.id)) ?? []
  useShortcut('e', () => edits && onMode('edit'), { enabled: !disabled })
  useShortcut('r', () => report && navigate(report), { enabled: !disabled })
  return (
    <footer className="reg-acts">
      {has('restore') ? (
        <Button type="primary" disabled={disabled} onClick={() => onMode('restore')}>
          {t('registry.restore')}
        </Button>
      ) : null}
      {edits ? (
        <Button type="primary" disabled={disabled} onClick={() => onMode('edit')}>
          {t(has('edit') ? 'registry.edit' : 'registry.propose')} <KeyHint>E</KeyHint>
        </Button>
      ) : null}
      {report ? (
        <Link href={report}>
          <Button disabled={disabled}>
            {t('registry.report')} <KeyHint>R</KeyHint>
          </Button>
        </Link>
      ) : null}
      <Link href={`/registers/plates/${register.id}?codes=${encodeURIComponent(card.code)}`}>
        <Button disabled={disabled}>{t('registry.plate')}</Button>
      </Link>
      {packs.map((p) => (
        <Link key={p.pack} href={`/scenarios/${p.pack}/reports?q=${encodeURIComponent(card.code)}`}>
          <Button disabled={disabled}>{t('packReports.cardLink')}</Button>
        </Link>
      ))}
      {has('remove') || (has('propose') && !card.removedAt) ? (
        <Button className="reg-acts-end" danger disabled={disabled} onClick={() => onMode('remove')}>
          {t(has('remove') ? 'registry.remove' : 'registry.proposeRemoval')}
        </Button>
      ) : null}
    </footer>
  )
}
