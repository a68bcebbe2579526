import { useId } from 'react'

/** One of a few, all of them in sight. */
export function Choices<K extends string>(props: {
  label: string
  value: K | null
  options: readonly { value: K; label: string }[]
  onChange: (value: K) => void
}) {
  const name = useId()
  return (
    <div className="f-choices" role="radiogroup" aria-label={props.label}>
      {props.options.map((o) => (
        <label key={o.value}>
          <input type="radio" name={name} checked={props.value === o.value} onChange={() => props.onChange(o.value)} />
          {o.label}
        </label>
      ))}
    </div>
  )
}
