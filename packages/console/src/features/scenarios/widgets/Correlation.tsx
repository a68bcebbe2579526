import type { CorrelationData } from '@chengyun/contract/scenarios'
import { formatDateTime, formatNumber, type ToneName } from '@chengyun/ui'
import type { LiveLayer } from '@chengyun/ui/map/live-layers.ts'
import { otherColor } from '@chengyun/ui/map/palette.ts'
import type { TFunction } from 'i18next'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { usePreferences } from '../../../preferences.tsx'
import { agoText } from '../ago.ts'
import { usePage } from '../context.ts'
import { doorAddress } from '../doors.ts'
import { Frame, Nothing } from '../Frame.tsx'
import { LiveMap } from '../LiveMap.tsx'
import { ToneMark } from '../ToneMark.tsx'
import type { WidgetProps } from './index.ts'

type Burst = CorrelationData['bursts'][number]
const TONE: Record<Burst['verdict'], ToneName> = { explained: 'soon', notExplained: 'late', unknown: 'silent' }

/** Bursts of complaints, each with what is known of its cause, and where they came from. */
export function Correlation({ widget, n }: WidgetProps) {
  return (
    <Frame<'correlation'> widget={widget} n={n}>
      {(data) => <Bursts data={data} />}
    </Frame>
  )
}

/** "由 X 站引起，滞后 40 分钟，预期 3，实际 17". */
export function burstSentence(b: Burst, t: TFunction): string {
  const counts = { expected: formatNumber(b.expected, b.expected < 10 ? 1 : 0), observed: formatNumber(b.observed) }
  if (b.verdict === 'explained')
    return t('scenarios.burst.explained', { name: b.thing.name, lag: agoText(0, (b.lagMinutes ?? 0) * 60_000), ...counts })
  return t(`scenarios.burst.${b.verdict}`, { name: b.thing.name, ...counts })
}

function Bursts({ data }: { data: CorrelationData }) {
  const { t } = useTranslation()
  const [open, setOpen] = useState(0)
  const day = (at: string) => formatDateTime(at).slice(5)
  return (
    <div className="sw-corr">
      <div className="sw-corr-list">
        <p className="sw-caption">
          {t('scenarios.complaints', {
            from: day(data.from),
            to: day(data.to),
            n: formatNumber(data.complaints),
            joined: formatNumber(data.joined),
            sources: formatNumber(data.sources),
            share: formatNumber(data.falseShare * 100, 1)
          })}
        </p>
        {data.bursts.length === 0 ? (
          <Nothing title={t('scenarios.noBursts')} hint={t('scenarios.noBurstsHint')} />
        ) : (
          <ol>
            {data.bursts.map((b, i) => (
              <One key={`${b.thing.code}${b.windowH}`} burst={b} data={data} on={i === open} onOpen={() => setOpen(i)} />
            ))}
          </ol>
        )}
      </div>
      <Places data={data} open={open} onOpen={setOpen} />
    </div>
  )
}

interface OneProps {
  burst: Burst
  data: CorrelationData
  on: boolean
  onOpen: () => void
}

function One({ burst: b, data, on, onOpen }: OneProps) {
  const { t } = useTranslation()
  const { language } = usePreferences()
  const { pack, wall } = usePage()
  return (
    <li className={on ? 'on' : ''}>
      <button type="button" aria-pressed={on} onClick={onOpen}>
        <ToneMark tone={TONE[b.verdict]} />
        <b>{burstSentence(b, t)}</b>
      </button>
      <p>
        <span>{t('scenarios.burst.window', { h: formatNumber(b.windowH) })}</span>
        {b.shortfall === null ? null : (
          <span>
            {t('scenarios.burst.short', {
              name: data.stream.name[language],
              by: `${formatNumber(b.shortfall, data.stream.decimals)} ${data.stream.unit}`,
              since: b.since ? formatDateTime(b.since).slice(5) : '–'
            })}
          </span>
        )}
        <span>{t('scenarios.burst.chance', { p: b.p < 0.0001 ? '< 0.0001' : formatNumber(b.p, 4) })}</span>
        {b.door && !wall ? (
          <Link href={doorAddress(pack, b.door)}>{t('scenarios.burst.cases', { n: formatNumber(b.door.count) })}</Link>
        ) : null}
        {wall ? null : (
          <Link href={`/registers/list/${data.register.type}/${encodeURIComponent(b.thing.code)}`}>
            {t('scenarios.burst.thing')}
          </Link>
        )}
      </p>
    </li>
  )
}

function Places({ data, open, onOpen }: { data: CorrelationData; open: number; onOpen: (i: number) => void }) {
  const { t } = useTranslation()
  const { mode } = usePreferences()
  const layers = useMemo((): LiveLayer[] => {
    const things = data.bursts.flatMap((b, i) => (b.thing.place ? [{ b, i, place: b.thing.place }] : []))
    return [
      {
        key: 'complaints',
        geometry: 'point',
        rev: data.at,
        codes: data.places.map((_, i) => String(i)),
        names: [],
        points: data.places.flatMap((p) => [p[0], p[1]]),
        color: otherColor(mode),
        tones: data.places.map(([, , i]) => (data.bursts[i] ? TONE[data.bursts[i].verdict] : 'none')),
        levels: [],
        labels: [],
        labelsFrom: 22
      },
      {
        key: 'things',
        geometry: 'point',
        rev: data.at,
        codes: things.map(({ i }) => String(i)),
        names: things.map(({ b }) => b.thing.name),
        points: things.flatMap(({ place }) => place),
        color: otherColor(mode),
        tones: things.map(({ b }) => TONE[b.verdict]),
        levels: [],
        labels: things.map(({ b }) => b.thing.name),
        labelsFrom: 0
      }
    ]
  }, [data, mode])
  const chosen = layers[1]?.codes.indexOf(String(open)) ?? -1
  return (
    <div className="sw-corr-map">
      <LiveMap
        layers={layers}
        chosen={chosen < 0 ? null : { layer: 'things', index: chosen }}
        onChoose={({ layer, index }) => {
          const burst = layer === 'things' ? Number(layers[1]?.codes[index]) : (data.places[index]?.[2] ?? -1)
          if (burst >= 0) onOpen(burst)
        }}
        tell={({ layer, index }) => {
          const b = data.bursts[layer === 'things' ? Number(layers[1]?.codes[index]) : (data.places[index]?.[2] ?? -1)]
          return b ? <b>{burstSentence(b, t)}</b> : <span>{t('scenarios.complaint')}</span>
        }}
      />
    </div>
  )
}
