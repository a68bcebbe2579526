import { Input } from 'antd'
import { useTranslation } from 'react-i18next'
import type { FieldInputProps } from './FieldInput.tsx'
import { recentOpinions } from './opinions.ts'

/** Free words with those last used for the same act in reach. */
export function OpinionInput({ need, op, autoFocus, id, value, onChange }: FieldInputProps<string>) {
  const { t } = useTranslation()
  const recent = need.field === 'opinion' ? recentOpinions(op) : []
  return (
    <>
      <Input.TextArea
        {...(id ? { id } : {})}
        autoFocus={autoFocus}
        rows={2}
        maxLength={500}
        value={value ?? ''}
        placeholder={t(`fieldHint.${need.field}`)}
        onChange={(e) => onChange?.(e.target.value)}
      />
      {recent.length > 0 ? (
        <span className="opinions">
          {recent.map((text) => (
            <button key={text} type="button" onClick={() => onChange?.(text)}>
              {text}
            </button>
          ))}
        </span>
      ) : null}
    </>
  )
}
