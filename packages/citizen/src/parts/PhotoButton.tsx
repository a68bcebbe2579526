import { type ReactNode, useState } from 'react'
import { refreshQueue } from '../draft/queue.ts'
import { t } from '../i18n.ts'
import { startDraft } from '../report/start.ts'
import { go } from '../router.tsx'

/**
 * A button that opens camera or album and begins a report with what comes back. It is the file field itself, so that one press is enough
 * and keyboard and screen reader know it as what it is.
 */
export function PhotoButton({
  className,
  isCamera,
  label,
  children
}: {
  className: string
  isCamera: boolean
  label: string
  children: ReactNode
}) {
  const [mistake, setMistake] = useState('')
  const begin = async (files: readonly File[]) => {
    if (files.length === 0) return
    try {
      const draft = await startDraft(files)
      await refreshQueue()
      go(`/report/${draft.id}`)
    } catch (error) {
      setMistake(t(error instanceof DOMException && error.name === 'QuotaExceededError' ? 'report.full' : 'report.noPhoto'))
    }
  }
  return (
    <>
      <label className={`file-button ${className}`}>
        <input
          type="file"
          accept="image/*"
          aria-label={label}
          {...(isCamera ? { capture: 'environment' as const } : { multiple: true })}
          onChange={(event) => void begin([...(event.target.files ?? [])].slice(0, 4))}
        />
        {children}
      </label>
      {mistake ? (
        <p className="mistake" role="alert">
          {mistake}
        </p>
      ) : null}
    </>
  )
}
