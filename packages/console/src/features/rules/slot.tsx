import { formatNumber } from '@chengyun/ui'
import { Checkbox, Input, InputNumber, Select } from 'antd'
import { useId } from 'react'
import { useSeconds } from '../alarms/words.ts'

/** A place in a draft: what stands there and how it is changed; undefined takes it out. */
export interface Slot {
  value: unknown
  set: (value: unknown) => void
}

/** A place within a place. */
export function at(slot: Slot, key: string | number): Slot {
  const parent = slot.value
  if (Array.isArray(parent))
    return {
      value: parent[key as number] as unknown,
      set: (v) => slot.set(v === undefined ? parent.filter((_, i) => i !== key) : parent.map((old, i) => (i === key ? v : old)))
    }
  const known = (parent ?? {}) as Record<string, unknown>
  return {
    value: known[key],
    set: (v) => {
      const { [key]: _old, ...rest } = known
      slot.set(v === undefined ? rest : { ...known, [key]: v })
    }
  }
}

/** The entries of a list in a place. */
export const entries = (slot: Slot): Slot[] => (Array.isArray(slot.value) ? slot.value.map((_, i) => at(slot, i)) : [])

/** One more entry. */
export const push = (slot: Slot, value: unknown): void =>
  slot.set([...(Array.isArray(slot.value) ? (slot.value as unknown[]) : []), value])

interface Named {
  slot: Slot
  label: string
  hint?: string
}

/** A field with its name above it. */
function Field({
  id,
  label,
  hint,
  children
}: {
  id: string
  label: string
  hint?: string | undefined
  children: React.ReactNode
}) {
  return (
    <div className="rule-field">
      <label htmlFor={id}>{label}</label>
      {children}
      {hint ? <small>{hint}</small> : null}
    </div>
  )
}

export function TextSlot({ slot, label, hint, max = 200, long = false }: Named & { max?: number; long?: boolean }) {
  const id = useId()
  const props = {
    id,
    maxLength: max,
    value: typeof slot.value === 'string' ? slot.value : '',
    onChange: (e: { target: { value: string } }) => slot.set(e.target.value === '' ? undefined : e.target.value)
  }
  return (
    <Field id={id} label={label} hint={hint}>
      {long ? <Input.TextArea {...props} autoSize={{ minRows: 2 }} /> : <Input {...props} />}
    </Field>
  )
}

export function NumberSlot({ slot, label, hint, min }: Named & { min?: number }) {
  const id = useId()
  return (
    <Field id={id} label={label} hint={hint}>
      <InputNumber
        id={id}
        value={typeof slot.value === 'number' ? slot.value : null}
        {...(min === undefined ? {} : { min })}
        onChange={(v) => slot.set(v ?? undefined)}
      />
    </Field>
  )
}

/** Seconds, said again in words. */
export function SecondsSlot({ slot, label, hint }: Named) {
  const id = useId()
  const seconds = useSeconds()
  const value = typeof slot.value === 'number' ? slot.value : null
  return (
    <Field id={id} label={label} hint={value !== null && value >= 60 ? seconds(value) : hint}>
      <InputNumber id={id} min={0} suffix="s" value={value} onChange={(v) => slot.set(v ?? undefined)} />
    </Field>
  )
}

export function FlagSlot({ slot, label }: { slot: Slot; label: string }) {
  return (
    <div className="rule-field rule-flag">
      <Checkbox checked={slot.value === true} onChange={(e) => slot.set(e.target.checked ? true : undefined)}>
        {label}
      </Checkbox>
    </div>
  )
}

export interface Option {
  value: string | number
  label: React.ReactNode
}

export function PickSlot({ slot, label, hint, options, clear = false }: Named & { options: Option[]; clear?: boolean }) {
  const id = useId()
  return (
    <Field id={id} label={label} hint={hint}>
      <Select
        id={id}
        allowClear={clear}
        showSearch={{ optionFilterProp: 'label' }}
        popupMatchSelectWidth={false}
        value={(slot.value as string | number | undefined) ?? null}
        options={options}
        onChange={(v: string | number | null) => slot.set(v ?? undefined)}
      />
    </Field>
  )
}

/** Several of known words, or any words where nothing is known. */
export function ManySlot({ slot, label, hint, options }: Named & { options?: Option[] }) {
  const id = useId()
  const value = Array.isArray(slot.value) ? (slot.value as (string | number)[]) : []
  return (
    <Field id={id} label={label} hint={hint}>
      <Select
        id={id}
        mode={options ? 'multiple' : 'tags'}
        allowClear
        maxTagCount={8}
        {...(options
          ? { options, showSearch: { optionFilterProp: 'label' } }
          : { open: false, suffixIcon: null, tokenSeparators: [' ', ',', '，'] })}
        value={value}
        onChange={(v: (string | number)[]) => slot.set(v.length === 0 ? undefined : v)}
      />
    </Field>
  )
}

/** Numbers written one after the other. */
export function NumbersSlot({ slot, label, hint }: Named) {
  const id = useId()
  const value = Array.isArray(slot.value) ? (slot.value as number[]) : []
  return (
    <Field id={id} label={label} hint={hint}>
      <Select
        id={id}
        mode="tags"
        open={false}
        suffixIcon={null}
        tokenSeparators={[' ', ',']}
        value={value.map((n) => formatPlain(n))}
        onChange={(v: string[]) => {
          const numbers = v.map(Number).filter(Number.isFinite)
          slot.set(numbers.length === 0 ? undefined : numbers)
        }}
      />
    </Field>
  )
}
const formatPlain = (n: number): string => (Number.isInteger(n) ? String(n) : formatNumber(n, 3).replaceAll(',', ''))
