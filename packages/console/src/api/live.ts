import type { CaseMoved } from '@chengyun/contract/cases'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState, useSyncExternalStore } from 'react'
import { api } from './client.ts'

/** A step of a case as the stream tells it. */
export type LiveStep = Omit<CaseMoved, 'facts'> & { id: string; at: string }

type Listener = (step: LiveStep) => void
const listeners = new Set<Listener>()
const states = new Set<() => void>()
/** Who hears other announcements, by their name. */
const named = new Map<string, Set<(payload: Record<string, unknown>) => void>>()
let source: EventSource | null = null
let connected = false

function open(): void {
  source = new EventSource('/api/live')
  source.addEventListener('open', () => setConnected(true))
  source.addEventListener('error', () => setConnected(false))
  source.addEventListener('cases.moved', (message: MessageEvent<string>) => {
    const step = { ...(JSON.parse(message.data) as Omit<LiveStep, 'id'>), id: message.lastEventId }
    for (const listener of listeners) listener(step)
  })
  for (const name of named.keys()) hear(name)
}

function hear(name: string): void {
  source?.addEventListener(name, (message: MessageEvent<string>) => {
    const payload = JSON.parse(message.data) as Record<string, unknown>
    for (const listener of named.get(name) ?? []) listener(payload)
  })
}

function setConnected(value: boolean): void {
  connected = value
  for (const s of states) s()
}

/** Follows the stream while mounted; the browser resumes by Last-Event-ID after a break. */
export function useLive(listener: Listener): void {
  const latest = useRef(listener)
  latest.current = listener
  useEffect(() => {
    const call: Listener = (e) => latest.current(e)
    listeners.add(call)
    if (!source) open()
    return () => {
      listeners.delete(call)
      if (listeners.size > 0) return
      source?.close()
      source = null
      setConnected(false)
    }
  }, [])
}

/** Hears announcements by name while somebody keeps the stream open, as the frame of the console does. */
export function useLiveNamed(names: readonly string[], listener: (payload: Record<string, unknown>) => void): void {
  const latest = useRef(listener)
  latest.current = listener
  const key = names.join(' ')
  useEffect(() => {
    const call = (payload: Record<string, unknown>) => latest.current(payload)
    const wanted = key.split(' ')
    for (const name of wanted) {
      if (!named.has(name)) {
        named.set(name, new Set())
        hear(name)
      }
      named.get(name)?.add(call)
    }
    return () => {
      for (const name of wanted) named.get(name)?.delete(call)
    }
  }, [key])
}

/** Whether the stream is up, to say so when it is not. */
export function useLiveState(): boolean {
  return useSyncExternalStore(
    (s) => {
      states.add(s)
      return () => states.delete(s)
    },
    () => connected
  )
}

/** How long steps are gathered into one refresh, in ms: short enough to feel live, long enough for a burst. */
const GATHER_MS = 400

/** Lists, counts and the open case follow the steps; many steps at once are one refresh. */
export function useLiveRefresh(): void {
  const client = useQueryClient()
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null)
  const touched = useRef(new Set<string>())
  useLive((step) => {
    touched.current.add(step.caseId)
    timer.current ??= setTimeout(() => {
      timer.current = null
      for (const id of touched.current) void client.invalidateQueries({ queryKey: ['case', id] })
      touched.current.clear()
      for (const key of ['cases', 'queues', 'overview']) void client.invalidateQueries({ queryKey: [key] })
    }, GATHER_MS)
  })
}

/** The last steps, newest first: those of before this screen was opened, then each as it comes. */
export function useLiveLog(limit: number): LiveStep[] {
  const before = useQuery({
    queryKey: ['live', 'recent'],
    queryFn: ({ signal }) => api<{ items: (LiveStep & { event: string })[] }>('/live/recent', { signal }),
    staleTime: 0
  })
  const [steps, setSteps] = useState<LiveStep[]>([])
  useLive((step) => setSteps((old) => [step, ...old].slice(0, limit)))
  const seen = new Set(steps.map((s) => s.id))
  const earlier = (before.data?.items ?? []).filter((e) => e.event === 'cases.moved' && !seen.has(e.id))
  return [...steps, ...earlier].slice(0, limit)
}
