import type { LayerView } from '@chengyun/contract/geo'
import { formatNumber } from '@chengyun/ui'
import { useTranslation } from 'react-i18next'
import { usePreferences } from '../../preferences.tsx'
import { type Pointer, usePointed } from './pointer.ts'

/** A word beside the pointer: what lies there, and of cells how many. */
export function Hover({ pointer, layers }: { pointer: Pointer; layers: readonly LayerView[] }) {
  const { t } = useTranslation()
  const { language } = usePreferences()
  const pointed = usePointed(pointer)
  const view = layers.find((l) => l.id === pointed?.hit?.layer)
  if (!pointed?.hit || !view) return null
  const p = pointed.hit.properties
  const n = Number(p['n'] ?? 0)
  const kind = view.classes.find((c) => c.code === p['class'])?.name[language] ?? ''
  const words =
    n > 0
      ? t(kind ? 'onemap.hover.cellOf' : 'onemap.hover.cell', { count: formatNumber(n), name: view.name[language], kind })
      : [String(p['name'] ?? kind), String(p[view.key] ?? '')].filter(Boolean).join(' · ')
  return (
    <div className="om-hover" aria-hidden="true" style={{ left: pointed.screen.x, top: pointed.screen.y }}>
      {words}
    </div>
  )
}
