import type { LayerView } from '@chengyun/contract/geo'
import { formatNumber } from '@chengyun/ui'
import { useTranslation } from 'react-i18next'
import { usePreferences } from '../../preferences.tsx'
import { ToneMark } from '../scenarios/ToneMark.tsx'
import { keyText } from './itemText.ts'
import { type Pointer, usePointed } from './pointer.ts'
import type { ObjectState } from './useStates.ts'

/** A word beside the pointer: what lies there, and of cells how many. */
export function Hover({
  pointer,
  layers,
  stateOf
}: {
  pointer: Pointer
  layers: readonly LayerView[]
  stateOf: (layer: string, code: string) => ObjectState | null
}) {
  const { t } = useTranslation()
  const { language } = usePreferences()
  const pointed = usePointed(pointer)
  const view = layers.find((l) => l.id === pointed?.hit?.layer)
  if (!pointed?.hit || !view) return null
  const p = pointed.hit.properties
  const n = Number(p['n'] ?? 0)
  const kind = view.classes.find((c) => c.code === p['class'])?.name[language] ?? ''
  const state = n > 0 ? null : stateOf(view.id, String(p[view.key] ?? ''))
  const tone = state && state.tone !== 'none' ? state.tone : null
  const words =
    n > 0
      ? t(kind ? 'onemap.hover.cellOf' : 'onemap.hover.cell', { count: formatNumber(n), name: view.name[language], kind })
      : [view.group === 'alarm' ? view.name[language] : '', String(p['name'] ?? kind), keyText(String(p[view.key] ?? ''))]
          .filter(Boolean)
          .join(' · ')
  return (
    <div className="om-hover" aria-hidden="true" style={{ left: pointed.screen.x, top: pointed.screen.y }}>
      {words}
      {tone ? (
        <span className="om-hover-state">
          <ToneMark tone={tone} />
          {view.live?.legend.find((x) => x.tone === tone)?.name[language] ?? t(`scenarios.tone.${tone}`)} {state?.value}
        </span>
      ) : null}
    </div>
  )
}
