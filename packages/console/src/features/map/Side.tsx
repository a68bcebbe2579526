import { type ReactNode, useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { Icon } from './icons.tsx'

/** The pane on the right: one thing at a time. What it is about is read out when it changes. */
export function Side({ title, id, onClose, children }: { title: string; id: string; onClose: () => void; children: ReactNode }) {
  const { t } = useTranslation()
  const body = useRef<HTMLElement>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: another thing begins at its top
  useEffect(() => {
    body.current?.scrollTo(0, 0)
  }, [id])
  return (
    <aside ref={body} className="om-side" aria-label={title} aria-live="polite">
      <button type="button" className="om-x" aria-label={t('onemap.close')} aria-keyshortcuts="Escape" onClick={onClose}>
        <Icon name="close" />
      </button>
      {children}
    </aside>
  )
}
