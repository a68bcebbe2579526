import type { FieldClass } from '@chengyun/contract/field'
import { useEffect, useMemo, useRef, useState } from 'react'
import { ApiError, api } from '../app/api.ts'
import { useWork } from '../app/work.ts'
import type { Place } from '../map/project.ts'
import {
  type Component,
  codesOf,
  componentsOf,
  fromServer,
  isWholeCode,
  NEAR_M,
  NEAR_MOST,
  type ToldComponent
} from './register.ts'

/** Components the server told of since the app was opened: those that lie outside of the package. */
const told = new Map<string, Component>()

const NOTHING = { states: [], classes: [] }

/** The part of the register on this phone. */
export interface Register {
  list: readonly Component[]
  /** More components than came along belong to the work. */
  isPart: boolean
  find: (code: string) => Component | null
  /** The class a problem of a component is reported under; null where the city has none. */
  classOf: (component: Component) => FieldClass | null
}

/** The components on this phone, with or without a network. */
export function useRegister(): Register {
  const { pack } = useWork()
  return useMemo(() => {
    const list = pack ? componentsOf(pack.components) : []
    const byCode = new Map(list.map((c) => [c.code, c]))
    const classes = new Map((pack?.classes ?? []).flatMap((c) => (c.kind === 'component' ? [[c.code, c] as const] : [])))
    return {
      list,
      isPart: (pack?.components.total ?? 0) > list.length,
      find: (code) => {
        for (const one of codesOf(code)) {
          const known = byCode.get(one) ?? told.get(one)
          if (known) return known
        }
        return null
      },
      classOf: (component) => classes.get(component.classCode) ?? null
    }
  }, [pack])
}

/**
 * The components on this phone and, where more belong to the work than came along, those the server knows around a place while there is
 * a line. `at` null: the phone has them all.
 */
export function useWithServer(kept: readonly Component[], at: Place | null): readonly Component[] {
  const { pack, line } = useWork()
  const [more, setMore] = useState<readonly Component[]>([])
  const packed = pack?.components
  const [lng, lat] = at ?? [null, null]
  useEffect(() => {
    if (lng === null || !line.online) return
    const stop = new AbortController()
    const path = `/registry/near?type=component&lng=${lng}&lat=${lat}&radiusM=${NEAR_M}&limit=${NEAR_MOST}`
    api<{ items: ToldComponent[] }>(path, { signal: stop.signal }).then(
      ({ items }) => {
        const found = items.flatMap((i) => fromServer(i, packed ?? NOTHING) ?? [])
        for (const c of found) told.set(c.code, c)
        setMore(found)
      },
      // Without an answer the list is what the phone has, as it says above the list.
      () => undefined
    )
    return () => stop.abort()
  }, [lng, lat, line.online, packed])
  return useMemo(() => {
    const known = new Set(kept.map((c) => c.code))
    return more.length === 0 ? kept : [...kept, ...more.filter((c) => !known.has(c.code))]
  }, [kept, more])
}

/** A component by its code of either generation. @throws ApiError */
async function askFor(code: string, signal: AbortSignal): Promise<ToldComponent> {
  const [first, ...others] = codesOf(code).map((one) => () => api<ToldComponent>(`/registry/items/component/${one}`, { signal }))
  let answer = (first as () => Promise<ToldComponent>)()
  for (const other of others)
    answer = answer.catch((error: unknown) => {
      if (error instanceof ApiError && error.status === 404) return other()
      throw error
    })
  return answer
}

/** What is known of a code: the component; that the server is asked; that it knows none; that it could not be asked. */
export type Lookup = { component: Component } | 'asking' | 'none' | 'removed' | 'offline' | null

/**
 * A component by its whole code: from this phone, else from the server while there is a line. Null while the code is not whole.
 * `onFound` is told when the server has answered with one.
 */
export function useComponent(code: string, onFound?: (component: Component) => void): Lookup {
  const { pack, line } = useWork()
  const { find } = useRegister()
  const known = find(code)
  const [asked, setAsked] = useState<{ code: string; found: Component | 'none' | 'removed' | 'offline' } | null>(null)
  const wanted = known === null && isWholeCode(code) ? code : null
  const packed = pack?.components
  const tell = useRef(onFound)
  tell.current = onFound
  useEffect(() => {
    if (wanted === null || !line.online) return
    const stop = new AbortController()
    const read = async () => {
      try {
        const answer = await askFor(wanted, stop.signal)
        const component = fromServer(answer, packed ?? NOTHING)
        const stands = answer.removedAt === null
        setAsked({ code: wanted, found: stands ? (component ?? 'none') : 'removed' })
        if (!component || !stands) return
        told.set(component.code, component)
        tell.current?.(component)
      } catch (error) {
        if (stop.signal.aborted) return
        const isAnswer = error instanceof ApiError && error.status >= 400 && error.status < 500
        setAsked({ code: wanted, found: isAnswer ? 'none' : 'offline' })
      }
    }
    void read()
    return () => stop.abort()
  }, [wanted, line.online, packed])
  if (known) return { component: known }
  if (wanted === null) return null
  if (!line.online) return 'offline'
  if (asked?.code !== wanted) return 'asking'
  return typeof asked.found === 'string' ? asked.found : { component: asked.found }
}
