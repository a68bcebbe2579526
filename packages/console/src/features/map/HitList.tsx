import type { LayerView } from '@chengyun/contract/geo'
import { formatNumber, TOKENS } from '@chengyun/ui'
import { onSurface } from '@chengyun/ui/map/palette.ts'
import { useTranslation } from 'react-i18next'
import type { Found } from '../../api/map.ts'
import { usePreferences } from '../../preferences.tsx'
import { shapeOf } from './dress.ts'
import { keyText } from './itemText.ts'
import { Key } from './Key.tsx'

export interface HitListProps {
  hits: readonly Found[]
  layers: readonly LayerView[]
  onPick: (hit: Found) => void
}

/** Several objects in one place: each opens its card. */
export function HitList({ hits, layers, onPick }: HitListProps) {
  const { t } = useTranslation()
  const { mode, language } = usePreferences()
  return (
    <div className="om-card">
      <h2>{t('onemap.hits', { count: hits.length })}</h2>
      <ul className="om-hits">
        {hits.map((h) => {
          const layer = layers.find((l) => l.id === h.layer)
          return (
            <li key={`${h.layer}:${h.key}`}>
              <button type="button" onClick={() => onPick(h)}>
                {layer ? (
                  <Key
                    shape={shapeOf(layer)}
                    color={layer.kind === 'case' ? TOKENS[mode].ink : onSurface(mode, layer.symbol.color)}
                  />
                ) : null}
                <span>
                  {h.title}
                  <small>{[h.className[language], keyText(h.key)].filter(Boolean).join(' · ')}</small>
                </span>
                <em>{t('onemap.metres', { m: formatNumber(h.distanceM, h.distanceM < 10 ? 1 : 0) })}</em>
              </button>
            </li>
          )
        })}
      </ul>
    </div>
  )
}
