import type { LayerView } from '@chengyun/contract/geo'
import { useTranslation } from 'react-i18next'
import { usePreferences } from '../../preferences.tsx'
import type { Choice } from './state.ts'

export interface NoticesProps {
  layers: readonly LayerView[]
  choices: readonly Choice[]
  /** How many layers of the address this person has not got. */
  missing: number
  /** The layer whose tiles could not be had. */
  broken: string | null
  onRetry: () => void
}

/** What keeps the map from showing all that was asked for, in a sentence. */
export function Notices({ layers, choices, missing, broken, onRetry }: NoticesProps) {
  const { t } = useTranslation()
  const { language } = usePreferences()
  const chosen = choices.flatMap((c) => layers.find((l) => l.id === c.id) ?? [])
  const loading = chosen.filter((l) => l.state === 'loading')
  const lost = chosen.find((l) => l.id === broken && l.state === 'ready')
  const words = lost
    ? t('onemap.broken', { name: lost.name[language] })
    : loading.length > 0
      ? t('onemap.loading', { names: loading.map((l) => l.name[language]).join(t('onemap.comma')) })
      : missing > 0
        ? t('onemap.notYours', { count: missing })
        : chosen.length === 0
          ? t('onemap.nothingOn')
          : null
  return (
    <div className="om-notice" role="status">
      {words ? (
        <p>
          {words}
          {lost ? (
            <button type="button" className="om-text" onClick={onRetry}>
              {t('onemap.retry')}
            </button>
          ) : null}
        </p>
      ) : null}
    </div>
  )
}
