import type { BothNames } from '@chengyun/contract/registry'
import { Button, Input, Select, Switch } from 'antd'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'

// Small inputs of the editor of registers. Each is named by its `label`, since rows of tables have no labels of their own.

/** A text. */
export function Text(props: {
  label: string
  value: string | undefined
  onChange: (value: string) => void
  width?: number
  mono?: boolean
  disabled?: boolean
  max?: number
}) {
  return (
    <Input
      size="small"
      value={props.value ?? ''}
      disabled={props.disabled ?? false}
      maxLength={props.max ?? 200}
      aria-label={props.label}
      placeholder={props.label}
      autoComplete="off"
      style={{ width: props.width ?? '100%' }}
      onChange={(e) => props.onChange(e.target.value)}
    />
  )
}

/** A name in both languages. */
export function Names({
  label,
  value,
  onChange,
  max
}: {
  label: string
  value: BothNames | undefined
  onChange: (value: BothNames) => void
  max?: number
}) {
  const { t } = useTranslation()
  const now = value ?? { zh: '', en: '' }
  return (
    <span className="reg-names">
      <Text
        label={t('registry.inChinese', { label })}
        value={now.zh}
        max={max ?? 60}
        onChange={(zh) => onChange({ ...now, zh })}
      />
      <Text
        label={t('registry.inEnglish', { label })}
        value={now.en}
        max={max ?? 60}
        onChange={(en) => onChange({ ...now, en })}
      />
    </span>
  )
}

/** One of some words; their names stand under `words.<word>`. */
export function Pick<T extends string>(props: {
  label: string
  value: T | undefined
  options: readonly { value: T; label: string }[]
  onChange: (value: T | undefined) => void
  clear?: boolean
  width?: number
}) {
  return (
    <Select
      size="small"
      value={props.value ?? null}
      allowClear={props.clear ?? false}
      aria-label={props.label}
      placeholder={props.label}
      popupMatchSelectWidth={false}
      style={{ width: props.width ?? '100%' }}
      options={[...props.options]}
      onChange={(value: T | null) => props.onChange(value ?? undefined)}
    />
  )
}

/** Yes or no. */
export function Flag({
  label,
  value,
  onChange
}: {
  label: string
  value: boolean | undefined
  onChange: (value: boolean) => void
}) {
  return <Switch size="small" checked={value ?? false} aria-label={label} title={label} onChange={onChange} />
}

/** A labelled line of the editor. */
export function Line({ label, children, hint }: { label: string; children: ReactNode; hint?: string }) {
  return (
    <div className="reg-decl-line">
      <span>{label}</span>
      <div>
        {children}
        {hint ? <small className="reg-hint">{hint}</small> : null}
      </div>
    </div>
  )
}

/** The order and the end of a row. */
export function RowActs({
  what,
  onUp,
  onDown,
  onDrop
}: {
  what: string
  onUp: () => void
  onDown: () => void
  onDrop: () => void
}) {
  const { t } = useTranslation()
  return (
    <span className="reg-row-acts">
      <Button
        size="small"
        type="text"
        aria-label={t('registry.moveUp', { what })}
        title={t('registry.moveUp', { what })}
        onClick={onUp}
      >
        ↑
      </Button>
      <Button
        size="small"
        type="text"
        aria-label={t('registry.moveDown', { what })}
        title={t('registry.moveDown', { what })}
        onClick={onDown}
      >
        ↓
      </Button>
      <Button
        size="small"
        type="text"
        aria-label={t('registry.drop', { what })}
        title={t('registry.drop', { what })}
        onClick={onDrop}
      >
        ×
      </Button>
    </span>
  )
}
