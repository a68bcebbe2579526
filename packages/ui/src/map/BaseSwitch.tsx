import { useRef, useState, useSyncExternalStore } from 'react'
import { storedLanguage, useUiText } from '../i18n.ts'
import type { BaseLayer } from './foreign.ts'
import './base-switch.css'

const KEY = 'chengyun.base'
const listeners = new Set<() => void>()

/** The base map chosen on this machine for all maps, and how to choose another; null is our own. */
export function useBaseChoice(bases: readonly BaseLayer[]): [BaseLayer | null, (id: string | null) => void] {
  const id = useSyncExternalStore(
    (heard) => {
      listeners.add(heard)
      return () => listeners.delete(heard)
    },
    () => localStorage.getItem(KEY)
  )
  const choose = (next: string | null) => {
    if (next === null) localStorage.removeItem(KEY)
    else localStorage.setItem(KEY, next)
    for (const heard of listeners) heard()
  }
  return [bases.find((b) => b.id === id) ?? null, choose]
}

interface Props {
  bases: readonly BaseLayer[]
  chosen: BaseLayer | null
  onChoose: (id: string | null) => void
  /** Said when the chosen one could not be shown. */
  failed?: boolean
}

/** A button over the map that opens the list of base maps; not there when there is only ours. */
export function BaseSwitch({ bases, chosen, onChoose, failed = false }: Props) {
  const text = useUiText()
  const [open, setOpen] = useState(false)
  const button = useRef<HTMLButtonElement>(null)
  if (bases.length === 0) return null
  const nameOf = (b: BaseLayer) => (storedLanguage() === 'en' ? b.name.en : b.name.zh)
  const entries = [{ id: null, name: text('map.ownBase') }, ...bases.map((b) => ({ id: b.id, name: nameOf(b) }))]
  const pick = (id: string | null) => {
    onChoose(id)
    setOpen(false)
    button.current?.focus()
  }
  return (
    <fieldset
      className="cy-base"
      aria-label={text('map.base')}
      onKeyDown={(e) => {
        if (e.key !== 'Escape' || !open) return
        e.stopPropagation()
        setOpen(false)
        button.current?.focus()
      }}
    >
      <button
        ref={button}
        type="button"
        aria-expanded={open}
        aria-haspopup="true"
        title={text('map.base')}
        onClick={() => setOpen(!open)}
      >
        <svg viewBox="0 0 20 20" width="16" height="16" aria-hidden="true">
          <path
            d="M10 3 2.5 7 10 11l7.5-4L10 3Zm-7.5 7.2L10 14.2l7.5-4M2.5 13.4 10 17.4l7.5-4"
            fill="none"
            stroke="currentColor"
            strokeWidth="1.4"
            strokeLinejoin="round"
          />
        </svg>
        <span>{chosen ? nameOf(chosen) : text('map.base')}</span>
      </button>
      {open ? (
        <div className="cy-base-list" role="radiogroup" aria-label={text('map.base')}>
          {entries.map((entry) => (
            <label key={entry.id ?? ''}>
              <input
                type="radio"
                name="cy-base"
                checked={(chosen?.id ?? null) === entry.id}
                onChange={() => onChoose(entry.id)}
                onClick={(e) => e.detail > 0 && pick(entry.id)}
              />
              {entry.name}
            </label>
          ))}
        </div>
      ) : null}
      {chosen?.attribution && !failed ? <small>{chosen.attribution}</small> : null}
      {failed ? <p role="alert">{text('map.baseFailed')}</p> : null}
    </fieldset>
  )
}
