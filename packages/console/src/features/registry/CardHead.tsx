import type { ItemCard, TypeDetail } from '@chengyun/contract/registry'
import { App, QRCode } from 'antd'
import { useTranslation } from 'react-i18next'
import { usePreferences } from '../../preferences.tsx'
import { usePlates } from './data.ts'
import { State } from './State.tsx'

/** Code, name, class, state, place, and the picture of the code as it stands on the plate. */
export function CardHead({ register, card }: { register: TypeDetail; card: ItemCard }) {
  const { t } = useTranslation()
  const { language } = usePreferences()
  const { message } = App.useApp()
  const plate = usePlates({ type: register.id, codes: card.code }).data?.items[0]
  const kind = card.class ? (language === 'en' && card.class.nameEn ? card.class.nameEn : card.class.name) : ''
  const where = [card.grid.district, card.grid.street, card.grid.community].flatMap((d) => (d ? [d.name] : [])).join(' ')
  const copy = () => {
    navigator.clipboard?.writeText(card.code).then(
      () => void message.success(t('registry.copied')),
      () => void message.warning(t('registry.copyRefused'))
    )
  }
  return (
    <header className="reg-item-head">
      <div>
        <p className="reg-item-code">
          <code>{spaced(card.code)}</code>
          <button type="button" onClick={copy}>
            {t('registry.copy')}
          </button>
          <State declaration={register.declaration} status={card.status} />
        </p>
        <h1>{card.name || kind || register.declaration.name[language]}</h1>
        <p className="reg-item-place">
          {[where, shortAddress(card)].filter(Boolean).join(' · ') || t('registry.noPlace')}
          <small>
            {[
              // Codes of the tables are told; keys of a register's own classes are no words for people.
              card.class ? (/[a-z]/.test(card.class.code) ? kind : `${card.class.code} ${kind}`) : '',
              card.grid.unitGrid
                ? t('registry.grid', { code: card.grid.unitGrid.replace(/(\d{6})(\d{3})(\d{3})(\d{3})/, '$1 $2 $3 $4') })
                : '',
              card.grid.dutyGrid ? t('registry.dutyGrid', { code: card.grid.dutyGrid }) : ''
            ]
              .filter(Boolean)
              .join(' · ')}
          </small>
          {card.upgradedCode ? <small>{t('registry.upgraded', { code: spaced(card.upgradedCode) })}</small> : null}
        </p>
      </div>
      {plate ? (
        <figure className="reg-qr" title={plate.qr} aria-hidden="true">
          <QRCode type="svg" value={plate.qr} size={84} bordered={false} color="#10182b" bgColor="#ffffff" />
        </figure>
      ) : null}
    </header>
  )
}

/** The address without the district and street that stand before it already. */
function shortAddress({ address, grid }: ItemCard): string {
  return [grid.district, grid.street].reduce(
    (text, d) => (d && text.startsWith(d.name) ? text.slice(d.name.length) : text),
    address
  )
}

/** A component code in its parts: county, major and class, sequence. Other codes stay as they are. */
export function spaced(code: string): string {
  return /^\d{16,17}$/.test(code) ? `${code.slice(0, 6)} ${code.slice(6, -6)} ${code.slice(-6)}` : code
}
