import type { EvidenceView } from '@chengyun/contract/cases'
import { formatDateTime, type Photo, Photos } from '@chengyun/ui'
import { useTranslation } from 'react-i18next'

const BEFORE = new Set(['near', 'far', 'before', 'reference', 'verify'])
const AFTER = ['after', 'check']

/** The pictures of a case, before beside after; sound and film with their players, documents as links. */
export function CasePhotos({ evidence }: { evidence: readonly EvidenceView[] }) {
  const { t } = useTranslation()
  // What the handler took stands beside what was found; without it, what the check saw.
  const afterPhase = AFTER.find((phase) => evidence.some((e) => e.phase === phase))
  const photos: Photo[] = evidence
    .filter((e) => e.kind === 'image' || e.mime.startsWith('image/'))
    .map((e) => ({
      id: e.id,
      thumbUrl: e.thumbUrl ?? e.shownUrl,
      url: e.shownUrl,
      side: e.phase === afterPhase ? 'after' : BEFORE.has(e.phase) ? 'before' : 'other',
      caption: [
        t(`phase.${e.phase}`),
        formatDateTime(e.takenAt ?? e.uploadedAt),
        e.uploadedBy,
        e.distanceM === null ? null : t('photo.distance', { m: Math.round(e.distanceM) })
      ]
        .filter(Boolean)
        .join(' · ')
    }))
  const other = evidence.filter((e) => !photos.some((p) => p.id === e.id))
  if (evidence.length === 0) return <p className="case-nophoto">{t('photo.noneYet')}</p>
  return (
    <>
      {photos.length > 0 ? <Photos photos={photos} /> : null}
      {other.map((e) => (
        <CaseFile key={e.id} file={e} />
      ))}
    </>
  )
}

function CaseFile({ file }: { file: EvidenceView }) {
  const { t } = useTranslation()
  // Browsers record speech into the container of films, so that the phase tells sound from film.
  const isSound = file.kind === 'audio' || file.phase === 'audio'
  const name = `${t(`phase.${file.phase}`)} · ${formatDateTime(file.takenAt ?? file.uploadedAt)}`
  if (file.kind === 'document')
    return (
      <a className="case-file" href={file.shownUrl} target="_blank" rel="noreferrer">
        {t('media.file')} · {name}
      </a>
    )
  return (
    <figure className="case-file case-player">
      {isSound ? (
        // biome-ignore lint/a11y/useMediaCaption: what somebody in the street said or filmed; nobody has written it down
        <audio controls preload="metadata" src={file.shownUrl} aria-label={name} />
      ) : (
        // biome-ignore lint/a11y/useMediaCaption: what somebody in the street said or filmed; nobody has written it down
        <video controls preload="metadata" src={file.shownUrl} aria-label={name} />
      )}
      <figcaption>{name}</figcaption>
    </figure>
  )
}
