import { useCallback, useState } from 'react'
import { useSession } from '../../api/session.ts'

/** A named view of the map: the query string of its address. */
export interface Bookmark {
  name: string
  query: string
}

const MOST = 100

/** What was stored; anything that is not a list of bookmarks is none. */
export function bookmarksFrom(text: string | null): Bookmark[] {
  try {
    const found: unknown = JSON.parse(text ?? '[]')
    if (!Array.isArray(found)) return []
    return found.filter(
      (b): b is Bookmark =>
        typeof b === 'object' && b !== null && typeof b.name === 'string' && b.name !== '' && typeof b.query === 'string'
    )
  } catch {
    return []
  }
}

/** The list with a bookmark more; one of the same name is replaced. */
export function kept(list: readonly Bookmark[], mark: Bookmark): Bookmark[] {
  return [mark, ...list.filter((b) => b.name !== mark.name)].slice(0, MOST)
}

/** The bookmarks of this person on this machine. */
export function useBookmarks(): { list: Bookmark[]; keep: (mark: Bookmark) => void; drop: (name: string) => void } {
  const key = `chengyun.map.bookmarks.${useSession().user.id}`
  const [list, setList] = useState(() => bookmarksFrom(localStorage.getItem(key)))
  const store = useCallback(
    (next: Bookmark[]) => {
      localStorage.setItem(key, JSON.stringify(next))
      setList(next)
    },
    [key]
  )
  return {
    list,
    keep: (mark) => store(kept(list, mark)),
    drop: (name) => store(list.filter((b) => b.name !== name))
  }
}
