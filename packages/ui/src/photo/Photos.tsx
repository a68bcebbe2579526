import { useState } from 'react'
import { useUiText } from '../i18n.ts'
import { Lightbox } from './Lightbox.tsx'

/** A picture of a case with what is written under it. */
export interface Photo {
  id: string
  thumbUrl: string
  url: string
  caption: string
  side: 'before' | 'after' | 'other'
}

/** Before and after side by side, the rest as a strip; any opens large, comparable under one zoom. */
export function Photos({ photos }: { photos: readonly Photo[] }) {
  const [open, setOpen] = useState<number | null>(null)
  const before = photos.find((p) => p.side === 'before')
  const after = photos.findLast((p) => p.side === 'after')
  const lead = before && after ? [before, after] : photos.slice(0, 2)
  const rest = photos.filter((p) => !lead.includes(p))
  if (photos.length === 0) return null
  const show = (p: Photo) => setOpen(photos.indexOf(p))
  return (
    <div>
      <div className="cy-photos">
        {lead.map((p) => (
          <Tile key={p.id} photo={p} onOpen={() => show(p)} />
        ))}
      </div>
      {rest.length > 0 ? (
        <div className="cy-photo-more">
          {rest.map((p) => (
            <Tile key={p.id} photo={p} small onOpen={() => show(p)} />
          ))}
        </div>
      ) : null}
      {open === null ? null : (
        <Lightbox photos={photos} start={open} pair={before && after ? [before, after] : null} onClose={() => setOpen(null)} />
      )}
    </div>
  )
}

function Tile({ photo, small = false, onOpen }: { photo: Photo; small?: boolean; onOpen: () => void }) {
  const text = useUiText()
  const [broken, setBroken] = useState(false)
  return (
    <button type="button" className="cy-photo" onClick={onOpen} title={photo.caption}>
      <span className="cy-photo-frame">
        {broken ? (
          text('photo.none')
        ) : (
          <img src={photo.thumbUrl} alt={photo.caption} loading="lazy" onError={() => setBroken(true)} />
        )}
      </span>
      {/* Below the picture, never on it: the foot of a picture carries its watermark. */}
      {small ? null : <span className="cy-photo-cap">{photo.caption}</span>}
    </button>
  )
}
