import { KeyHint } from '@chengyun/ui'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation, useSearchParams } from 'wouter'
import { useShortcut } from './shortcuts.ts'

/** Full-text search over cases; `/` enters it from anywhere, Enter opens the desk with the result. */
export function SearchBox() {
  const { t } = useTranslation()
  const [location, navigate] = useLocation()
  const [params] = useSearchParams()
  const current = location.startsWith('/cases') ? (params.get('q') ?? '') : ''
  const [text, setText] = useState(current)
  const box = useRef<HTMLInputElement>(null)
  useEffect(() => setText(current), [current])
  useShortcut('/', () => box.current?.focus())
  const go = (q: string) => {
    const next = location.startsWith('/cases') ? new URLSearchParams(params) : new URLSearchParams()
    if (q) {
      next.set('q', q)
      next.delete('queue')
    } else next.delete('q')
    navigate(`/cases?${next}`)
    box.current?.blur()
  }
  return (
    <search className="shell-find">
      <svg viewBox="0 0 16 16" aria-hidden="true" fill="none" stroke="currentColor" strokeWidth="1.5">
        <circle cx="7" cy="7" r="4.5" />
        <path d="m10.500 10.500 3.500 3.500" />
      </svg>
      <input
        ref={box}
        value={text}
        placeholder={t('search.placeholder')}
        aria-label={t('search.placeholder')}
        onChange={(e) => setText(e.target.value)}
        onKeyDown={(e) => {
          if (e.nativeEvent.isComposing) return
          if (e.key === 'Enter') go(text.trim())
          if (e.key === 'Escape') {
            setText(current)
            box.current?.blur()
          }
        }}
      />
      {current ? (
        <button type="button" onClick={() => go('')}>
          {t('search.clear')}
        </button>
      ) : (
        <KeyHint>/</KeyHint>
      )}
    </search>
  )
}
