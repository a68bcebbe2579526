import type { RegisterDeclaration } from '@chengyun/contract/registry'
import { Button, Input } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

/** The definition as it is kept; it can be copied, and another one pasted in. */
export function Json({ value, onChange }: { value: RegisterDeclaration; onChange: (next: RegisterDeclaration) => void }) {
  const { t } = useTranslation()
  const [text, setText] = useState<string | null>(null)
  const [wrong, setWrong] = useState(false)
  const shown = text ?? JSON.stringify(value, null, 2)
  const take = () => {
    try {
      const read: unknown = JSON.parse(shown)
      // The forms need its frame; everything else the check says in sentences.
      if (!isFrame(read)) throw new Error('frame')
      onChange(read)
      setText(null)
      setWrong(false)
    } catch {
      setWrong(true)
    }
  }
  return (
    <div className="reg-json">
      <Input.TextArea
        value={shown}
        status={wrong ? 'error' : ''}
        spellCheck={false}
        autoSize={{ minRows: 16, maxRows: 32 }}
        aria-label={t('registry.json')}
        onChange={(e) => setText(e.target.value)}
      />
      <p>
        <Button type="primary" disabled={text === null} onClick={take}>
          {t('registry.jsonTake')}
        </Button>{' '}
        <span className={wrong ? 'late' : 'reg-hint'} role={wrong ? 'alert' : undefined}>
          {t(wrong ? 'registry.jsonWrong' : 'registry.jsonHint')}
        </span>
      </p>
    </div>
  )
}

function isFrame(v: unknown): v is RegisterDeclaration {
  if (typeof v !== 'object' || v === null) return false
  const o = v as Record<string, unknown>
  const object = (x: unknown) => typeof x === 'object' && x !== null && !Array.isArray(x)
  return (
    object(o['name']) &&
    object(o['code']) &&
    object(o['symbol']) &&
    Array.isArray(o['states']) &&
    Array.isArray(o['attributes']) &&
    Array.isArray(o['columns'])
  )
}
