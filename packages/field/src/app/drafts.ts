import { type IDBPDatabase, openDB } from 'idb'
import { type Dispatch, type SetStateAction, useEffect, useRef, useState } from 'react'

let opening: Promise<IDBPDatabase> | null = null

const database = (): Promise<IDBPDatabase> => {
  opening ??= openDB('chengyun-field-drafts', 1, { upgrade: (db) => void db.createObjectStore('drafts') })
  return opening
}

/**
 * What is being filled in, photos and all, kept on this phone from the first moment: opening the camera makes some phones end the
 * browser. `ready` turns true when what was kept has been read.
 */
export function useDraft<T>(
  name: string,
  empty: T
): { value: T; set: Dispatch<SetStateAction<T>>; ready: boolean; clear: () => void } {
  const [value, set] = useState(empty)
  const [ready, setReady] = useState(false)
  const first = useRef(empty)

  useEffect(() => {
    let gone = false
    setReady(false)
    database()
      .then((db) => db.get('drafts', name) as Promise<T | undefined>)
      .then(
        (kept) => {
          if (gone) return
          set(kept ? { ...first.current, ...kept } : first.current)
          setReady(true)
        },
        () => !gone && setReady(true)
      )
    return () => {
      gone = true
    }
  }, [name])

  useEffect(() => {
    if (!ready || value === first.current) return
    // Kept or not, the page goes on; a full disk is told by the state of the line.
    void database()
      .then((db) => db.put('drafts', value, name))
      .catch(() => undefined)
  }, [name, value, ready])

  const clear = () => {
    set(first.current)
    void database()
      .then((db) => db.delete('drafts', name))
      .catch(() => undefined)
  }
  return { value, set, ready, clear }
}
