import { type DataOf, TONES } from '@chengyun/contract/scenarios'
import { formatNumber, type Level, LevelLamp, Skeleton, saveSheet } from '@chengyun/ui'
import type { Net, NetState } from '@chengyun/ui/net/net.ts'
import { lazy, Suspense, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'
import { usePreferences } from '../../../preferences.tsx'
import { useBoth, usePage } from '../context.ts'
import { Frame, Nothing } from '../Frame.tsx'
import { ToneMark } from '../ToneMark.tsx'
import type { WidgetProps } from './index.ts'
import { NetTable } from './NetTable.tsx'

const NetView = lazy(() => import('@chengyun/ui/net/NetView.tsx'))
type Data = DataOf<'topology'>
const SHAPES = ['M5 1a4 4 0 1 0 0 8 4 4 0 1 0 0-8Z', 'M1.500 1.500h7v7h-7Z', 'M5 .4 9.600 5 5 9.600.4 5Z', 'M5 .6 9.400 9H.6Z']

/** Nodes and lines as they lie and flow, coloured by state; the same as a table. */
export function Topology({ widget, n }: WidgetProps) {
  const { t } = useTranslation()
  const both = useBoth()
  const { wall } = usePage()
  const [asTable, setAsTable] = useState(false)
  const save = (data: Data) =>
    saveSheet(
      {
        columns: [
          t('scenarios.code'),
          t('scenarios.name'),
          t('scenarios.level'),
          `${data.streamName ? both(data.streamName) : ''} ${data.unit}`
        ],
        rows: (data.net?.codes ?? []).map((code, i) => [
          code,
          data.net?.names[i] ?? '',
          data.levels[i] || null,
          data.values[i] ?? null
        ])
      },
      both(widget.title)
    )
  return (
    <Frame<'topology'>
      widget={widget}
      n={n}
      tools={(data) =>
        wall || !data.net?.codes.length ? null : (
          <>
            <button type="button" className="sw-tool" aria-pressed={asTable} onClick={() => setAsTable(!asTable)}>
              {t(asTable ? 'scenarios.asNet' : 'scenarios.asTable')}
            </button>
            <button type="button" className="sw-tool" onClick={() => save(data)}>
              {t('scenarios.saveData')}
            </button>
          </>
        )
      }
    >
      {(data) =>
        !data.net?.codes.length ? (
          <Nothing title={t('scenarios.noNet')} hint={t('scenarios.noThingsHint')} />
        ) : asTable ? (
          <NetTable data={data} />
        ) : (
          <Drawn data={data} title={both(widget.title)} />
        )
      }
    </Frame>
  )
}

function Drawn({ data, title }: { data: Data; title: string }) {
  const { t } = useTranslation()
  const both = useBoth()
  const { mode } = usePreferences()
  const { register, subject, choose, wall } = usePage()
  const [, navigate] = useLocation()
  const { net: told } = data
  const net = useMemo(
    (): Net => ({
      codes: told?.codes ?? [],
      names: told?.names ?? [],
      kinds: told?.register ?? [],
      points: told?.points ?? [],
      edges: told?.edges ?? [],
      directed: told?.directed ?? false
    }),
    [told]
  )
  const state = useMemo(
    (): NetState => ({
      tones: data.tone.map((i) => TONES[i] ?? 'none'),
      levels: data.levels,
      labels: data.values.map((v) => (v === null ? '' : `${formatNumber(v, data.decimals)} ${data.unit}`))
    }),
    [data]
  )
  const pick = (i: number) => {
    const [code, of] = [net.codes[i], data.registers[net.kinds[i] ?? 0]]
    if (code === undefined || !of) return
    if (of.type === register) choose(code)
    else navigate(`/registers/list/${of.type}/${encodeURIComponent(code)}`)
  }
  const tell = (i: number) => {
    const tone = TONES[data.tone[i] ?? 0] ?? 'none'
    const level = data.levels[i] ?? 0
    const of = data.registers[net.kinds[i] ?? 0]
    return (
      <div className="sw-tell">
        <b>{net.names[i]}</b>
        <span>{[of ? both(of.name) : '', net.codes[i]].filter(Boolean).join(' · ')}</span>
        {data.values[i] === null || data.values[i] === undefined ? null : (
          <span>{`${data.streamName ? both(data.streamName) : ''} ${state.labels[i]}`}</span>
        )}
        {level > 0 ? <LevelLamp level={level as Level} named /> : <span>{t(`scenarios.tone.${tone}`)}</span>}
      </div>
    )
  }
  const tones = [...new Set(state.tones)].filter((x) => x !== 'none')
  return (
    <>
      <Suspense fallback={<Skeleton lines={5} />}>
        <NetView
          mode={mode}
          label={title}
          net={net}
          state={state}
          chosen={subject}
          tell={tell}
          {...(wall ? {} : { onChoose: pick })}
        />
      </Suspense>
      <ul className="sw-netkey">
        {data.registers.map((r, i) => (
          <li key={r.type}>
            <svg viewBox="0 0 10 10" aria-hidden="true">
              <path d={SHAPES[i % SHAPES.length] ?? ''} />
            </svg>
            {both(r.name)}
          </li>
        ))}
        {data.lines ? (
          <li>
            <svg viewBox="0 0 10 10" aria-hidden="true">
              <path d="M0 4h10v2H0Z" />
            </svg>
            {both(data.lines.name)}
          </li>
        ) : null}
        {tones.map((tone) => (
          <li key={tone}>
            <ToneMark tone={tone} />
            {t(`scenarios.tone.${tone}`)}
          </li>
        ))}
      </ul>
    </>
  )
}
