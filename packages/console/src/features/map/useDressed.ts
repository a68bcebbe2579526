import type { LayerView } from '@chengyun/contract/geo'
import { formatNumber } from '@chengyun/ui'
import type { DataLayer } from '@chengyun/ui/map/overlay.ts'
import type { LegendGroup } from '@chengyun/ui/map/sheet.ts'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { useClasses } from '../../api/config.ts'
import { useMay } from '../../api/session.ts'
import { usePreferences } from '../../preferences.tsx'
import { type Dressed, dress, usualLayers } from './dress.ts'
import { useRegister } from './itemData.ts'
import { type Choice, choose, type MapState } from './state.ts'

/** The layers as chosen: those nobody chose are the usual ones, those the person may not see are left out. */
export function useChoices(layers: readonly LayerView[], state: MapState): Choice[] {
  return useMemo(() => {
    const chosen = state.layers ?? usualLayers(layers).map(choose)
    return chosen.filter((c) => layers.some((l) => l.id === c.id))
  }, [layers, state.layers])
}

/** How many layers the address names that this person has not got: they are gone, or not his to see. */
export function missingOf(state: MapState, layers: readonly LayerView[]): number {
  const named = [...(state.layers ?? []).map((c) => c.id), ...(state.split?.by === 'layer' ? [state.split.layer] : [])]
  return new Set(named.filter((id) => !layers.some((l) => l.id === id))).size
}

/** Names of the major classes of components and cases, by their first two digits. */
export function useMajors(layers: readonly LayerView[]): ReadonlyMap<string, string> {
  const { t } = useTranslation()
  const { language } = usePreferences()
  const may = useMay()
  const register = useRegister(layers.some((l) => l.id === 'reg-component') ? 'component' : null).data
  const classes = useClasses(may('cases:read')).data
  return useMemo(() => {
    const names = new Map<string, string>()
    // The tables name their majors in Chinese; what a city added keeps that name in every language.
    const named = (name: string) => (language === 'zh' ? name : t(`onemap.major.${name}`, { defaultValue: name }))
    // Matters have majors of their own; where a code means both, the component is meant.
    for (const c of classes?.classes ?? [])
      if (c.kind === 'component' || !names.has(c.majorCode)) names.set(c.majorCode, named(c.majorName))
    for (const c of register?.classes ?? []) if (c.majorCode && c.majorName) names.set(c.majorCode, named(c.majorName))
    return names
  }, [register, classes, language, t])
}

export interface DressedMap {
  left: DataLayer[]
  /** The right side of a parted map; null when it is whole. */
  right: DataLayer[] | null
  legend: LegendGroup[]
}

/** What both sides of the map draw, bottom first, and the legend of both. */
export function useDressed(
  layers: readonly LayerView[],
  choices: readonly Choice[],
  state: MapState,
  majors: ReadonlyMap<string, string>
): DressedMap {
  const { t } = useTranslation()
  const { mode, language } = usePreferences()
  const { paint, labels, at, split } = state
  return useMemo(() => {
    const words = {
      other: t('onemap.other'),
      all: t('onemap.all'),
      more: t('onemap.denser'),
      less: t('onemap.thinner'),
      many: t('onemap.many'),
      lamp: (lamp: string) => t(`onemap.lamp.${lamp}`),
      tone: (tone: string) => t(`scenarios.tone.${tone}`),
      count: (from: number, to: number | null) =>
        to === null ? t('onemap.from', { from: formatNumber(from) }) : `${formatNumber(from)} – ${formatNumber(to)}`
    }
    const side = (chosen: readonly Choice[], moment: string | null): Dressed[] =>
      chosen.flatMap((choice) => {
        const view = layers.find((l) => l.id === choice.id)
        if (view?.state !== 'ready') return []
        const one = { view, choice, paint, labels, at: view.times ? moment : null, mode, language, majors, words }
        return [dress({ ...one, origin: location.origin })]
      })
    const left = side(choices, at)
    const right = !split
      ? null
      : split.by === 'time'
        ? side(choices, split.at)
        : side([choices.find((c) => c.id === split.layer) ?? choose(split.layer)], at)
    const legend = [...left, ...(split?.by === 'layer' ? (right ?? []) : [])].map((d) => d.legend)
    const bottomFirst = (d: Dressed[]) => d.toReversed().flatMap((x) => x.layers)
    return {
      left: bottomFirst(left),
      right: right && bottomFirst(right),
      legend: legend.filter((g, i) => legend.findIndex((o) => o.title === g.title) === i)
    }
  }, [layers, choices, paint, labels, at, split, mode, language, majors, t])
}
