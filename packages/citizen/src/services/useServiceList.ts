import type { PublicListPage } from '@chengyun/contract/scenarios'
import { useCallback, useEffect, useRef, useState } from 'react'
import { readList } from '../api/services.ts'

/** How often what is said now is asked for again while the page is looked at. */
const AGAIN_MS = 60_000

export interface ServiceListState {
  page: PublicListPage | null
  error: unknown
  isMore: boolean
  more: () => void
  again: () => void
}

/** A list from a place on, with more of it on demand; what is shown is kept fresh and stays while something else is on its way. */
export function useServiceList(id: string | null, near: readonly [number, number] | null, q: string): ServiceListState {
  const [page, setPage] = useState<PublicListPage | null>(null)
  const [error, setError] = useState<unknown>()
  const [isMore, setMore] = useState(false)
  const [round, setRound] = useState(0)
  const shown = useRef(page)
  shown.current = page
  const key = near?.map((n) => n.toFixed(4)).join() ?? ''
  const place = useRef(near)
  place.current = near

  // biome-ignore lint/correctness/useExhaustiveDependencies: a place a few metres on asks for nothing, and a round asks again
  useEffect(() => {
    if (id === null) return
    const abort = new AbortController()
    // Letters typed in a row are one question.
    const wait = setTimeout(
      () => {
        readList(id, { near: place.current, q, cursor: null }, abort.signal).then(
          (found) => {
            setPage(found)
            setError(undefined)
          },
          (reason: unknown) => abort.signal.aborted || setError(reason)
        )
      },
      q === '' ? 0 : 250
    )
    return () => {
      clearTimeout(wait)
      abort.abort()
    }
  }, [id, key, q, round])
  const again = useCallback(() => setRound((n) => n + 1), [])
  useEffect(() => {
    // Whoever has read on keeps what he reads.
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible' && (shown.current?.items.length ?? 0) <= FIRST) again()
    }, AGAIN_MS)
    return () => clearInterval(timer)
  }, [again])
  const more = () => {
    if (id === null || !page?.next) return
    setMore(true)
    readList(id, { near, q, cursor: page.next }, new AbortController().signal)
      .then(
        (found) => setPage((now) => (now === page ? { ...found, items: [...page.items, ...found.items] } : now)),
        (reason: unknown) => setError(reason)
      )
      .finally(() => setMore(false))
  }
  const isOther = page !== null && id !== `${page.pack}/${page.key}`
  return { page: isOther ? null : page, error, isMore, more, again }
}
const FIRST = 30
