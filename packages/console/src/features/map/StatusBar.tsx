import { formatNumber } from '@chengyun/ui'
import { metresPerPixel, scaleBar } from '@chengyun/ui/map/measure.ts'
import { useTranslation } from 'react-i18next'
import { Icon } from './icons.tsx'
import { type Pointer, usePointed } from './pointer.ts'
import type { View } from './state.ts'

/** Pixels of a screen of 96 dpi that make one metre. */
const PX_PER_M = 96 / 0.0254

export interface StatusBarProps {
  view: View | null
  pointer: Pointer
  busy: boolean
  onZoom: (by: 1 | -1) => void
  onHome: () => void
  /** Turned or tilted: how to look straight down to the north again. */
  onNorth: (() => void) | null
}

/** Scale, where the pointer is, how near one looks, and the buttons for it. */
export function StatusBar({ view, pointer, busy, onZoom, onHome, onNorth }: StatusBarProps) {
  const { t } = useTranslation()
  const [lng, lat] = usePointed(pointer)?.at ?? view?.center ?? [0, 0]
  const perPx = view ? metresPerPixel(view.center[1], view.zoom) : null
  const bar = perPx ? scaleBar(perPx, 110) : null
  return (
    <>
      <div className="om-buttons">
        {onNorth ? (
          <button type="button" aria-label={t('onemap.north')} title={t('onemap.north')} onClick={onNorth}>
            <Icon name="tilt" />
          </button>
        ) : null}
        <button
          type="button"
          aria-label={t('onemap.home')}
          title={`${t('onemap.home')} 0`}
          aria-keyshortcuts="0"
          onClick={onHome}
        >
          <Icon name="home" />
        </button>
        <button type="button" aria-label={t('onemap.zoomIn')} title={`${t('onemap.zoomIn')} +`} onClick={() => onZoom(1)}>
          <Icon name="plus" />
        </button>
        <button type="button" aria-label={t('onemap.zoomOut')} title={`${t('onemap.zoomOut')} -`} onClick={() => onZoom(-1)}>
          <Icon name="minus" />
        </button>
      </div>
      <div className="om-status">
        {bar && view?.pitch === 0 ? (
          <span className="om-scale" style={{ width: bar.px }}>
            {bar.metres >= 1000 ? `${bar.metres / 1000} km` : `${bar.metres} m`}
          </span>
        ) : null}
        <span>
          {lng.toFixed(5)}, {lat.toFixed(5)}
        </span>
        {view ? <span>{t('onemap.zoom', { zoom: view.zoom.toFixed(1) })}</span> : null}
        {perPx && view?.pitch === 0 ? <span>1:{formatNumber(roundScale(perPx * PX_PER_M))}</span> : null}
        <span className="om-source">{t('onemap.source')}</span>
        <i className={busy ? 'busy' : ''} aria-hidden="true" />
      </div>
    </>
  )
}

/** Two digits of a scale are true; more would claim what no screen knows. */
function roundScale(scale: number): number {
  const power = 10 ** Math.max(0, Math.floor(Math.log10(scale)) - 1)
  return Math.round(scale / power) * power
}
