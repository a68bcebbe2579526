import { formatNumber } from '@chengyun/ui'
import { App } from 'antd'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../api/client.ts'
import { newKey } from '../api/key.ts'

interface Item {
  key: string
  name: string
  preview: string
  id: string | null
  error: string | null
}

export interface PhotoUploadProps {
  value: string[]
  onChange: (ids: string[]) => void
  phase: string
}

const MAX_BYTES = 10 * 1024 * 1024

/** Pictures, sound and film by choosing, dropping or pasting; each is uploaded at once and shown as it is. */
export function PhotoUpload({ value, onChange, phase }: PhotoUploadProps) {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const [items, setItems] = useState<Item[]>([])
  const input = useRef<HTMLInputElement>(null)
  const ids = useRef(value)
  ids.current = value
  const previews = useRef<string[]>([])
  useEffect(() => () => previews.current.forEach((url) => void URL.revokeObjectURL(url)), [])

  const patch = (key: string, change: Partial<Item>) =>
    setItems((old) => old.map((i) => (i.key === key ? { ...i, ...change } : i)))
  const add = async (file: File) => {
    if (file.size > MAX_BYTES) {
      void message.error(t('upload.tooLarge', { name: file.name, mb: formatNumber(file.size / 1024 / 1024, 1) }))
      return
    }
    const key = newKey()
    const preview = file.type.startsWith('image/') ? URL.createObjectURL(file) : ''
    previews.current.push(preview)
    setItems((old) => [...old, { key, name: file.name, preview, id: null, error: null }])
    const form = new FormData()
    form.append('phase', phase)
    form.append('file', file, file.name)
    try {
      const made = await api<{ id: string }>('/media', { body: form, idempotencyKey: key })
      const { id } = made
      patch(key, { id })
      ids.current = [...ids.current, id]
      onChange(ids.current)
    } catch (e) {
      patch(key, { error: (e as Error).message })
    }
  }
  const drop = (item: Item) => {
    setItems((old) => old.filter((i) => i.key !== item.key))
    if (item.id) onChange(value.filter((id) => id !== item.id))
  }
  const take = (files: FileList | null) => {
    for (const file of files ?? []) void add(file)
  }
  return (
    <section
      className="upload"
      aria-label={t('upload.label')}
      onDragOver={(e) => e.preventDefault()}
      onDrop={(e) => {
        e.preventDefault()
        take(e.dataTransfer.files)
      }}
      onPaste={(e) => take(e.clipboardData.files)}
    >
      {items.map((i) => (
        <figure key={i.key} className={i.error ? 'failed' : i.id ? '' : 'busy'} title={i.error ?? i.name}>
          {i.preview ? <img src={i.preview} alt={i.name} /> : <span>{i.name}</span>}
          <figcaption>{i.error ?? (i.id ? t('upload.done') : t('upload.busy'))}</figcaption>
          <button type="button" onClick={() => drop(i)} aria-label={t('upload.drop', { name: i.name })}>
            ×
          </button>
        </figure>
      ))}
      <button type="button" className="upload-add" onClick={() => input.current?.click()}>
        <b>+</b>
        {t('upload.add')}
        <small>{t('upload.hint')}</small>
      </button>
      <input
        ref={input}
        type="file"
        accept="image/*,audio/*,video/*"
        multiple
        hidden
        onChange={(e) => {
          take(e.target.files)
          e.target.value = ''
        }}
      />
    </section>
  )
}
