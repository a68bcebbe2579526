import { type FormEvent, type ReactNode, useId, useState } from 'react'
import { Mistake, sayError } from './bits.tsx'

/** A sheet with one field of words: `check` names what is missing, `send` hands it in. */
export function WordsForm({
  title,
  label,
  action,
  isFocused = false,
  check,
  send,
  children
}: {
  title: string
  label: string
  action: string
  isFocused?: boolean
  check: (text: string) => string
  send: (text: string) => Promise<void>
  children?: ReactNode
}) {
  const id = useId()
  const [text, setText] = useState('')
  const [mistake, setMistake] = useState('')
  const [isBusy, setBusy] = useState(false)
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    const words = text.trim()
    const missing = check(words)
    setMistake(missing)
    if (missing || isBusy) return
    setBusy(true)
    try {
      await send(words)
    } catch (error) {
      setMistake(sayError(error))
      setBusy(false)
    }
  }
  return (
    <form className="sheet stack" onSubmit={(event) => void submit(event)} noValidate>
      <h2>{title}</h2>
      {children}
      <div className="field">
        <label htmlFor={id}>{label}</label>
        <textarea
          id={id}
          className="input"
          // biome-ignore lint/a11y/noAutofocus: only where the person just asked for this field
          autoFocus={isFocused}
          maxLength={300}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
      </div>
      <Mistake>{mistake}</Mistake>
      <button type="submit" className="button primary" aria-disabled={isBusy}>
        {action}
      </button>
    </form>
  )
}
