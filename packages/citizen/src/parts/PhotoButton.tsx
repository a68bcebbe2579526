import { type ReactNode, useState } from 'react'
import { refreshQueue } from '../draft/queue.ts'
import { sayFileError, startDraft } from '../report/start.ts'
import { go } from '../router.tsx'
import { Mistake } from './bits.tsx'

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
      setMistake(sayFileError(error))
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
      <Mistake>{mistake}</Mistake>
    </>
  )
}
