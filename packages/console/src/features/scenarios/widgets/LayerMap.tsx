import { type DataOf, TONES } from '@chengyun/contract/scenarios'
import { formatNumber, type Level, LevelLamp, type ThemeMode, type ToneName, toneColor } from '@chengyun/ui'
import type { LiveHit, LiveLayer } from '@chengyun/ui/map/live-layers.ts'
import { kindColor, onSurface } from '@chengyun/ui/map/palette.ts'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'
import { usePreferences } from '../../../preferences.tsx'
import { useBoth, usePage } from '../context.ts'
import { Frame, Nothing } from '../Frame.tsx'
import { LiveMap } from '../LiveMap.tsx'
import { ToneMark } from '../ToneMark.tsx'
import type { WidgetProps } from './index.ts'

type Data = DataOf<'map'>
const LABELS_FROM = 13

/** The layers of the pack with their live states; a thing chosen on the map is the subject of the page. */
export function LayerMap({ widget, n }: WidgetProps) {
  const { t } = useTranslation()
  return (
    <Frame<'map'> widget={widget} n={n}>
      {(data) =>
        data.layers.every((l) => (l.things?.codes.length ?? 0) === 0) ? (
          <Nothing title={t('scenarios.noPlaces')} hint={t('scenarios.noThingsHint')} />
        ) : (
          <Layers data={data} />
        )
      }
    </Frame>
  )
}

function Layers({ data }: { data: Data }) {
  const { t } = useTranslation()
  const both = useBoth()
  const { mode } = usePreferences()
  const { register, subject, choose, wall } = usePage()
  const [, navigate] = useLocation()
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set())
  const layers = useMemo(
    (): LiveLayer[] =>
      data.layers
        .filter((l) => !hidden.has(l.key))
        // Areas below lines below points, whatever order the pack names them in.
        .sort((a, b) => ORDER.indexOf(a.geometry) - ORDER.indexOf(b.geometry))
        .map((l) => ({
          key: l.key,
          geometry: l.geometry,
          rev: data.rev,
          codes: l.things?.codes ?? [],
          names: l.things?.names ?? [],
          ...(l.things?.points ? { points: l.things.points } : {}),
          ...(l.things?.paths ? { paths: l.things.paths } : {}),
          color: colorOf(l, data.layers, mode),
          tones: l.tone.map((i) => TONES[i] ?? 'none'),
          levels: l.levels,
          labels: l.values.map((v) => (v === null ? '' : `${formatNumber(v, l.decimals)}${l.unit ? ` ${l.unit}` : ''}`)),
          labelsFrom: l.minZoom ?? LABELS_FROM
        })),
    [data, hidden, mode]
  )
  const chosen = useMemo((): LiveHit | null => {
    if (subject === null) return null
    const layer = data.layers.find((l) => l.register === register && l.things?.codes.includes(subject))
    return layer ? { layer: layer.key, index: layer.things?.codes.indexOf(subject) ?? -1 } : null
  }, [data, register, subject])
  const pick = ({ layer, index }: LiveHit) => {
    const of = data.layers.find((l) => l.key === layer)
    const code = of?.things?.codes[index]
    if (!of || code === undefined) return
    if (of.register === register) choose(code)
    else navigate(`/registers/list/${of.register}/${encodeURIComponent(code)}`)
  }
  const tell = ({ layer, index }: LiveHit) => {
    const of = data.layers.find((l) => l.key === layer)
    if (!of) return null
    const tone = TONES[of.tone[index] ?? 0] ?? 'none'
    const level = of.levels[index] ?? 0
    const value = of.values[index] ?? null
    return (
      <>
        <b>{of.things?.names[index]}</b>
        <span>
          {both(of.name)} · {of.things?.codes[index]}
        </span>
        {value === null ? null : <span>{`${formatNumber(value, of.decimals)} ${of.unit}`}</span>}
        {level > 0 ? (
          <LevelLamp level={level as Level} named />
        ) : tone === 'none' ? null : (
          <span className="sw-tip-tone">
            <ToneMark tone={tone} />
            {both(
              of.legend.find((x) => x.tone === tone)?.name ?? { zh: t(`scenarios.tone.${tone}`), en: t(`scenarios.tone.${tone}`) }
            )}
          </span>
        )}
      </>
    )
  }
  const toggle = (key: string) =>
    setHidden((old) => {
      const next = new Set(old)
      if (!next.delete(key)) next.add(key)
      return next
    })
  return (
    <>
      <LiveMap layers={layers} chosen={chosen} tell={tell} {...(wall ? {} : { onChoose: pick })} />
      <ul className="sw-layers">
        {data.layers.map((l) => (
          <LayerKey
            key={l.key}
            layer={l}
            color={l.by === 'plain' ? colorOf(l, data.layers, mode) : toneColor(mode, 'ok')}
            on={!hidden.has(l.key)}
            toggle={() => toggle(l.key)}
          />
        ))}
      </ul>
    </>
  )
}

/** Colour of what has no state: one of those that mean no alarm, whatever the register's own sign is coloured. */
function colorOf(layer: Data['layers'][number], all: Data['layers'], mode: ThemeMode): string {
  const plain = all.filter((l) => l.by === 'plain').indexOf(layer)
  return plain < 0 ? onSurface(mode, layer.color) : kindColor(mode, plain)
}

const ORDER = ['polygon', 'line', 'point']

interface LayerKeyProps {
  layer: Data['layers'][number]
  color: string
  on: boolean
  toggle: () => void
}

function LayerKey({ layer, color, on, toggle }: LayerKeyProps) {
  const { t } = useTranslation()
  const both = useBoth()
  const count = layer.things?.codes.length ?? 0
  const tones = useMemo(() => {
    const found = new Map<ToneName, number>()
    for (const i of layer.tone) found.set(TONES[i] ?? 'none', (found.get(TONES[i] ?? 'none') ?? 0) + 1)
    return found
  }, [layer.tone])
  const named = layer.legend.filter((x) => (tones.get(x.tone) ?? 0) > 0)
  // A tone the pack has no word for, as silence mostly is, goes by its own.
  const others = [...tones.keys()].filter((tone) => tone !== 'none' && !layer.legend.some((x) => x.tone === tone))
  return (
    <li className={on ? '' : 'off'}>
      <button type="button" aria-pressed={on} onClick={toggle}>
        <i className={layer.geometry} style={{ background: color }} />
        {both(layer.name)}
        <b>{formatNumber(count)}</b>
      </button>
      {on && layer.by !== 'plain' ? (
        <ul>
          {[
            ...named.map((x) => ({ tone: x.tone, text: both(x.name) })),
            ...others.map((tone) => ({ tone, text: t(`scenarios.tone.${tone}`) }))
          ].map((x) => (
            <li key={`${x.tone}${x.text}`}>
              <ToneMark tone={x.tone} />
              {x.text}
              <b>{formatNumber(tones.get(x.tone) ?? 0)}</b>
            </li>
          ))}
        </ul>
      ) : null}
    </li>
  )
}
