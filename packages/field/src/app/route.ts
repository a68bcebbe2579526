import { useMemo, useSyncExternalStore } from 'react'

/** Pages are fragments of one document: any of them opens without the network and survives a restart of the phone. */
export interface Route {
  page: string
  id: string | null
  query: URLSearchParams
}

const subscribe = (listener: () => void): (() => void) => {
  addEventListener('hashchange', listener)
  return () => removeEventListener('hashchange', listener)
}

/** The page on show: `#/case/<id>?a=b`. */
export function useRoute(): Route {
  const hash = useSyncExternalStore(subscribe, () => location.hash)
  return useMemo(() => {
    const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?')
    const [page = '', id] = path.split('/')
    return { page: page || 'home', id: id ? decodeURIComponent(id) : null, query: new URLSearchParams(query) }
  }, [hash])
}

let depth = 0

/** Opens a page, so that the phone's back key returns from it. */
export function go(path: string): void {
  depth += 1
  location.hash = path
}

/** Opens a page in the place of this one. */
export function replace(path: string): void {
  history.replaceState(null, '', `#${path}`)
  dispatchEvent(new HashChangeEvent('hashchange'))
}

/** One page back; from a page that was opened from outside, home. */
export function goBack(): void {
  if (depth > 0) {
    depth -= 1
    history.back()
  } else replace('/')
}
