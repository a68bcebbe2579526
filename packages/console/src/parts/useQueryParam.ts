import { useSearchParams } from 'wouter'

/** What stands in the address behind the question mark, and a way to change one of it; nothing is added to the way back. */
export function useQueryParam(): [params: URLSearchParams, set: (key: string, value: string | null) => void] {
  const [params, setParams] = useSearchParams()
  const set = (key: string, value: string | null): void =>
    setParams(
      (old) => {
        const next = new URLSearchParams(old)
        if (value) next.set(key, value)
        else next.delete(key)
        return next
      },
      { replace: true }
    )
  return [params, set]
}
