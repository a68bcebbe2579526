import type { PackView } from '@chengyun/contract/scenarios'
import { useTranslation } from 'react-i18next'

/** State in a word with its sign. */
export function PackState({ pack }: { pack: PackView }) {
  const { t } = useTranslation()
  return (
    <i className={`packs-state ${pack.state}`}>
      <svg viewBox="0 0 10 10" aria-hidden="true">
        {pack.state === 'active' ? (
          <path d="M1 5.200 4 8l5-6.500" />
        ) : pack.state === 'disabled' ? (
          <path d="M3.500 1.500v7M6.500 1.500v7" />
        ) : (
          <path d="M5 1.500v7M1.500 5h7" />
        )}
      </svg>
      {t(`packs.state.${pack.state}`)}
    </i>
  )
}
