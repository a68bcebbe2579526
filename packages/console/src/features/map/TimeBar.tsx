import type { LayerFilter, LayerView, MapArea } from '@chengyun/contract/geo'
import { formatDateTime, formatNumber } from '@chengyun/ui'
import { Segmented } from 'antd'
import { useEffect, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useTimeline } from '../../api/map.ts'
import { usePreferences } from '../../preferences.tsx'
import { Icon } from './icons.tsx'
import { momentsOf, nearestOf } from './moments.ts'
import { STEPS, type Step } from './state.ts'

export interface TimeBarProps {
  /** The layer whose counts are drawn, with its filter; null when none that is on knows times. */
  layer: LayerView | null
  filter: LayerFilter
  /** Drawn by the person; null is wherever he reaches. */
  area: MapArea | null
  at: string | null
  step: Step
  playing: boolean
  /** Tiles are still on their way: playing waits for them. */
  busy: boolean
  onAt: (at: string | null) => void
  onStep: (step: Step) => void
  onPlaying: (playing: boolean) => void
  onClose: () => void
}

const FRAME_MS = 700

/** What stood open at a moment: bars of the counts, a slider over them, play. */
export function TimeBar(props: TimeBarProps) {
  const { layer, filter, area, at, step, playing, busy, onAt, onPlaying } = props
  const { t } = useTranslation()
  const { language } = usePreferences()
  const [opened] = useState(() => new Date())
  const moments = useMemo(() => momentsOf(step, opened, layer?.since ?? null), [step, opened, layer?.since])
  const found = useTimeline(layer?.id ?? null, filter, area, moments)
  // While another step or layer is being counted, the bars of the last one would stand under the wrong moments.
  const counts: (number | null)[] = found.isPlaceholderData || !found.data ? moments.map(() => null) : found.data
  const index = nearestOf(moments, at)
  const top = Math.max(1, ...counts.map((n) => n ?? 0))
  const failed = found.isError ? found.error.message : null
  useFrames(playing, busy, () => {
    const next = index + 1
    if (next >= moments.length) onPlaying(false)
    else onAt(moments[next] ?? null)
  })
  const count = counts[index]
  const words = (i: number) => (moments[i] ? formatDateTime(moments[i]) : t('onemap.time.now'))
  const said = t(area ? 'onemap.time.saysArea' : 'onemap.time.says', { at: words(index), count: formatNumber(count ?? null) })
  if (!layer)
    return (
      <section className="om-time" aria-label={t('onemap.tool.time')}>
        <p className="om-time-none">{t('onemap.time.none')}</p>
        <CloseButton onClose={props.onClose} />
      </section>
    )
  return (
    <section className="om-time" aria-label={t('onemap.tool.time')}>
      <div className="om-time-head">
        <button
          type="button"
          className="om-play"
          aria-label={t(playing ? 'onemap.time.pause' : 'onemap.time.play')}
          aria-keyshortcuts="Space"
          onClick={() => {
            if (!playing && index === moments.length - 1) onAt(moments[0] ?? null)
            onPlaying(!playing)
          }}
        >
          <Icon name={playing ? 'pause' : 'play'} />
        </button>
        <div className="om-time-says">
          <b>{words(index)}</b>
          <span role={failed ? 'alert' : undefined}>
            {failed ?? t('onemap.time.open', { name: layer.name[language], count: formatNumber(count ?? null) })}
          </span>
        </div>
      </div>
      <div className="om-time-bars">
        <div aria-hidden="true">
          {counts.map((n, i) => (
            <i key={moments[i] ?? 'now'} className={i === index ? 'on' : ''} style={{ height: `${((n ?? 0) / top) * 100}%` }} />
          ))}
        </div>
        <span className="om-time-top" aria-hidden="true">
          {formatNumber(top)}
        </span>
        <input
          type="range"
          min={0}
          max={moments.length - 1}
          step={1}
          value={index}
          aria-label={t('onemap.time.moment')}
          aria-valuetext={said}
          onChange={(e) => {
            onPlaying(false)
            onAt(moments[Number(e.target.value)] ?? null)
          }}
        />
        <div className="om-time-axis" aria-hidden="true">
          <span>{words(0)}</span>
          <span>{t('onemap.time.now')}</span>
        </div>
      </div>
      <div className="om-time-acts">
        <Segmented
          size="small"
          aria-label={t('onemap.time.step')}
          value={step}
          options={STEPS.map((value) => ({ value, label: t(`onemap.time.${value}`) }))}
          onChange={props.onStep}
        />
        <button type="button" className="om-text" disabled={at === null} onClick={() => onAt(null)}>
          {t('onemap.time.toNow')}
        </button>
      </div>
      <CloseButton onClose={props.onClose} />
    </section>
  )
}

function CloseButton({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation()
  return (
    <button type="button" className="om-x" aria-label={t('onemap.close')} onClick={onClose}>
      <Icon name="close" />
    </button>
  )
}

/** Calls `frame` in even steps while playing, but never before the tiles of the last one are there. */
function useFrames(playing: boolean, busy: boolean, frame: () => void): void {
  const latest = useRef(frame)
  const waiting = useRef(busy)
  useEffect(() => {
    latest.current = frame
    waiting.current = busy
  })
  useEffect(() => {
    if (!playing) return
    const timer = setInterval(() => {
      if (!waiting.current) latest.current()
    }, FRAME_MS)
    return () => clearInterval(timer)
  }, [playing])
}
