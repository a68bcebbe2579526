import { type AnchorHTMLAttributes, useSyncExternalStore } from 'react'

const BASE = '/citizen'
const listeners = new Set<() => void>()

function announce(): void {
  for (const listener of listeners) listener()
}
addEventListener('popstate', announce)

/** The address inside the app, `/` for home, with its query. */
function here(): string {
  const { pathname, search } = location
  const inside = pathname.startsWith(BASE) ? pathname.slice(BASE.length) : pathname
  return (inside.replace(/\/+$/, '') || '/') + search
}

/** Path and query of the page shown; redraws on every move. */
export function useRoute(): { path: string; query: URLSearchParams } {
  const at = useSyncExternalStore((listener) => {
    listeners.add(listener)
    return () => listeners.delete(listener)
  }, here)
  const [path = '/', search = ''] = at.split('?')
  return { path, query: new URLSearchParams(search) }
}

/** Opens a page of the app; `replace` leaves no step to go back to. */
export function go(to: string, replace = false): void {
  history[replace ? 'replaceState' : 'pushState'](null, '', BASE + (to === '/' ? '/' : to))
  announce()
  scrollTo(0, 0)
}

/** The address of a page of the app as it stands in the browser. */
export function hrefOf(to: string): string {
  return BASE + (to === '/' ? '/' : to)
}

/** A link inside the app: opened in place, but a real address for copying and new tabs. */
export function Link({ to, onClick, ...rest }: { to: string } & AnchorHTMLAttributes<HTMLAnchorElement>) {
  return (
    <a
      {...rest}
      href={hrefOf(to)}
      onClick={(event) => {
        onClick?.(event)
        if (event.defaultPrevented || event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return
        event.preventDefault()
        go(to)
      }}
    />
  )
}
