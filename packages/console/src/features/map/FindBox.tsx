import { KeyHint } from '@chengyun/ui'
import { useQuery } from '@tanstack/react-query'
import { type Ref, useDeferredValue, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type Goal, useFinders } from './find.ts'
import { Icon } from './icons.tsx'

export interface FindBoxProps {
  box: Ref<HTMLInputElement>
  onGoal: (goal: Goal) => void
}

/** Places, addresses, codes and case numbers: typed, chosen with the arrows, flown to with Enter. */
export function FindBox({ box, onGoal }: FindBoxProps) {
  const { t } = useTranslation()
  const find = useFinders()
  const [text, setText] = useState('')
  const [open, setOpen] = useState(false)
  const [at, setAt] = useState(0)
  const sought = useDeferredValue(text.trim())
  const found = useQuery({
    queryKey: ['map', 'find', sought],
    queryFn: ({ signal }) => find(sought, signal),
    enabled: sought.length >= 2,
    staleTime: 60_000,
    retry: false
  })
  const goals = (sought.length >= 2 && found.data) || []
  const take = (goal: Goal) => {
    setOpen(false)
    setText(goal.title)
    onGoal(goal)
  }
  const listed = open && sought.length >= 2
  return (
    <search className="om-find">
      <Icon name="find" />
      <input
        ref={box}
        role="combobox"
        aria-label={t('onemap.find')}
        aria-expanded={listed}
        aria-controls="om-found"
        aria-autocomplete="list"
        aria-activedescendant={listed && goals[at] ? `om-found-${at}` : undefined}
        placeholder={t('onemap.find')}
        value={text}
        onChange={(e) => {
          setText(e.target.value)
          setAt(0)
          setOpen(true)
        }}
        onFocus={() => setOpen(true)}
        onBlur={() => setOpen(false)}
        onKeyDown={(e) => {
          if (e.nativeEvent.isComposing) return
          if (e.key === 'ArrowDown' || e.key === 'ArrowUp') {
            e.preventDefault()
            setAt((n) => Math.max(0, Math.min(goals.length - 1, n + (e.key === 'ArrowDown' ? 1 : -1))))
          } else if (e.key === 'Enter') {
            const goal = goals[at]
            if (goal) take(goal)
          } else if (e.key === 'Escape') {
            e.stopPropagation()
            if (text) setText('')
            else e.currentTarget.blur()
          }
        }}
      />
      {text ? (
        <button type="button" aria-label={t('onemap.clear')} onClick={() => setText('')}>
          <Icon name="close" />
        </button>
      ) : (
        <KeyHint>/</KeyHint>
      )}
      {listed ? (
        <div className="om-found">
          <div id="om-found" role="listbox" aria-label={t('onemap.found')}>
            {goals.map((g, i) => (
              // biome-ignore lint/a11y/useFocusableInteractive: the focus stays in the field, which names the active one
              // biome-ignore lint/a11y/useKeyWithClickEvents: the field hears Enter
              <div
                key={`${g.kind}:${g.id}`}
                id={`om-found-${i}`}
                role="option"
                aria-selected={i === at}
                onMouseDown={(e) => e.preventDefault()}
                onMouseEnter={() => setAt(i)}
                onClick={() => take(g)}
              >
                <em>{t(`onemap.goal.${g.kind}`)}</em>
                <span>
                  {g.title}
                  <small>{g.hint}</small>
                </span>
              </div>
            ))}
          </div>
          {goals.length === 0 ? <p role="status">{t(found.isFetching ? 'onemap.finding' : 'onemap.foundNone')}</p> : null}
        </div>
      ) : null}
    </search>
  )
}
