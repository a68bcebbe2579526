import type { EvidenceView } from '@chengyun/contract/cases'
import type { FieldCase } from '@chengyun/contract/field'
import { formatDateTime } from '@chengyun/ui/format.ts'
import { useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Icon } from '../../parts/Icon.tsx'
import { afterPhotos, beforePhotos } from './evidence.ts'

/** The pictures of a case, before and after, each opened large with one tap. */
export function CasePhotos({ item }: { item: FieldCase }) {
  const { t } = useTranslation()
  const [open, setOpen] = useState<EvidenceView | null>(null)
  const groups = [
    { key: 'before', list: beforePhotos(item) },
    { key: 'after', list: afterPhotos(item) }
  ].filter((g) => g.list.length > 0)
  if (groups.length === 0) return null
  return (
    <section className="f-part">
      {groups.map((g) => (
        <div key={g.key} className="f-photos">
          <h2 className="f-h2">{t(`case.photos.${g.key}`)}</h2>
          <div>
            {g.list.map((e) => (
              <Tile key={e.id} photo={e} onOpen={() => setOpen(e)} />
            ))}
          </div>
        </div>
      ))}
      {open ? <Large photo={open} onClose={() => setOpen(null)} /> : null}
    </section>
  )
}

function Tile({ photo, onOpen }: { photo: EvidenceView; onOpen: () => void }) {
  const { t } = useTranslation()
  const [broken, setBroken] = useState(false)
  return (
    <button type="button" onClick={onOpen} disabled={broken}>
      {broken ? (
        <span>{t('photo.notHere')}</span>
      ) : (
        <img src={photo.shownUrl} alt={t(`phase.${photo.phase}`)} loading="lazy" onError={() => setBroken(true)} />
      )}
    </button>
  )
}

function Large({ photo, onClose }: { photo: EvidenceView; onClose: () => void }) {
  const { t } = useTranslation()
  const dialog = useRef<HTMLDialogElement>(null)
  return (
    <dialog
      ref={(el) => {
        dialog.current = el
        if (el && !el.open) el.showModal()
      }}
      className="f-ghost"
      aria-label={t(`phase.${photo.phase}`)}
      onClose={onClose}
    >
      <div className="f-ghost-in">
        <header>
          <button type="button" aria-label={t('app.close')} onClick={() => dialog.current?.close()}>
            <Icon name="close" />
          </button>
          <h2>
            {t(`phase.${photo.phase}`)} · {formatDateTime(photo.takenAt ?? photo.uploadedAt)}
          </h2>
        </header>
        <div className="f-ghost-view">
          <img src={photo.shownUrl} alt={t(`phase.${photo.phase}`)} />
        </div>
      </div>
    </dialog>
  )
}
