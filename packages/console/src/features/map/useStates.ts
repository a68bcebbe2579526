import type { LayerLive, LayerView } from '@chengyun/contract/geo'
import { type LayerStates, TONES } from '@chengyun/contract/scenarios'
import { formatNumber, type ToneName } from '@chengyun/ui'
import type { TileStates } from '@chengyun/ui/map/live-tiles.ts'
import type { Stage } from '@chengyun/ui/map/stage.ts'
import { useQueries, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useMemo, useRef } from 'react'
import { api, query } from '../../api/client.ts'
import { useLiveNamed } from '../../api/live.ts'
import { isLive } from './dress.ts'
import type { Choice, MapState } from './state.ts'

/** How often states are read again, ms; alarms are heard of in between. */
const AGAIN_MS = 5_000
const GATHER_MS = 600
/** Layers of at most so many objects are read whole, once; of larger ones what is in view, and only where single objects are drawn. */
const WHOLE = 12_000
const SINGLE_FROM = 15

type Known = LayerStates & { things: NonNullable<LayerStates['things']> }

/** States of a layer; what stands still is taken over from the answer before. */
function asked(client: ReturnType<typeof useQueryClient>, view: LayerView, bbox: string | null, enabled = true) {
  const queryKey = ['map', 'states', view.id, bbox]
  return {
    queryKey,
    queryFn: async ({ signal }: { signal: AbortSignal }): Promise<Known> => {
      const before = client.getQueryData<Known>(queryKey)
      const path = (view.live?.states ?? '').replace(/^\/api/, '')
      const read = (known: string | undefined) => api<LayerStates>(`${path}${query({ bbox, known })}`, { signal })
      const now = await read(before?.rev)
      if (now.things) return { ...now, things: now.things }
      if (before?.rev === now.rev) return { ...now, things: before.things }
      const whole = await read(undefined)
      return { ...whole, things: whole.things ?? { codes: [], points: [] } }
    },
    enabled: enabled && view.live !== undefined,
    refetchInterval: AGAIN_MS,
    // Comparing thousands of states with thousands of others costs more than setting the few that differ.
    structuralSharing: false as const
  }
}

/** The part of the map that is looked at, widened to whole tiles so that small moves ask for nothing. */
export function boxAround([w, s, e, n]: readonly [number, number, number, number], zoom: number): string {
  const step = 360 / 2 ** Math.max(0, Math.floor(zoom) - 1)
  const out = (v: number, up: boolean) => Number(((up ? Math.ceil : Math.floor)(v / step) * step).toFixed(6))
  return [out(w, false), out(s, false), out(e, true), out(n, true)].join(',')
}

const written = (value: number | null, live: LayerLive): string =>
  value === null ? '' : `${formatNumber(value, live.decimals)}${live.unit ? ` ${live.unit}` : ''}`

/** What is said of an object under the pointer. */
export interface ObjectState {
  tone: ToneName
  value: string
}

/** Brings the states of the chosen layers to the maps; answers how one object stands. */
export function useStates(
  stages: readonly Stage[],
  layers: readonly LayerView[],
  choices: readonly Choice[],
  state: MapState
): (layer: string, code: string) => ObjectState | null {
  const client = useQueryClient()
  const { paint } = state
  const shown = useMemo(
    () =>
      choices.flatMap((choice) => {
        const view = layers.find((l) => l.id === choice.id)
        return view?.live && view.live.by !== 'plain' && isLive({ view, choice, paint }) ? [view] : []
      }),
    [layers, choices, paint]
  )
  const bounds = stages[0]?.map.getBounds()
  const zoom = state.view?.zoom ?? 0
  const box = bounds ? boxAround([bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()], zoom) : null
  const found = useQueries({
    queries: shown.map((view) =>
      asked(client, view, view.count > WHOLE ? box : null, view.count <= WHOLE || (box !== null && zoom >= SINGLE_FROM))
    )
  })
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null)
  useEffect(() => () => clearTimeout(timer.current ?? undefined), [])
  useLiveNamed(['alarms.moved'], () => {
    timer.current ??= setTimeout(() => {
      timer.current = null
      void client.invalidateQueries({ queryKey: ['map', 'states'] })
    }, GATHER_MS)
  })
  const marks = found.map((f) => f.dataUpdatedAt).join()
  // biome-ignore lint/correctness/useExhaustiveDependencies: the answers are known by when they came
  const states = useMemo(
    (): TileStates[] =>
      shown.flatMap((view, i) => {
        const data = found[i]?.data
        if (!data || !view.live) return []
        const { live } = view
        return [
          {
            layer: view.id,
            codes: data.things.codes,
            points: data.things.points,
            tones: data.tone.map((n) => TONES[n] ?? 'none'),
            levels: data.levels,
            labels: live.label?.by === 'value' && state.labels > 0 ? data.values.map((v) => written(v, live)) : [],
            labelsFrom: live.labelsFrom
          }
        ]
      }),
    [shown, marks, state.labels]
  )
  useEffect(() => {
    for (const stage of stages) stage.setStates(states)
  }, [stages, states])
  return (layer, code) => {
    const at = shown.findIndex((v) => v.id === layer)
    const [data, live] = [found[at]?.data, shown[at]?.live]
    const i = data?.things.codes.indexOf(code) ?? -1
    return data && live && i >= 0
      ? { tone: TONES[data.tone[i] ?? 0] ?? 'none', value: written(data.values[i] ?? null, live) }
      : null
  }
}

/** How many things of a layer stand how; null until it is known. */
export function useToneCounts(view: LayerView, enabled: boolean): Readonly<Record<string, number>> | null {
  const client = useQueryClient()
  // Of a large layer the counts alone: an empty box holds no thing.
  return useQuery(asked(client, view, view.count > WHOLE ? '0,0,0,0' : null, enabled)).data?.counts ?? null
}
