import { type RefObject, useLayoutEffect, useRef, useState } from 'react'

/** The inner size of a box, followed as it changes; zeros until it is known. */
export function useSize<T extends HTMLElement>(): [RefObject<T | null>, { width: number; height: number }] {
  const box = useRef<T>(null)
  const [size, setSize] = useState({ width: 0, height: 0 })
  useLayoutEffect(() => {
    const of = box.current
    if (!of) return
    const read = () =>
      setSize((old) =>
        old.width === of.clientWidth && old.height === of.clientHeight ? old : { width: of.clientWidth, height: of.clientHeight }
      )
    read()
    const sizes = new ResizeObserver(read)
    sizes.observe(of)
    return () => sizes.disconnect()
  }, [])
  return [box, size]
}
