import type { EvidenceView } from '@chengyun/contract/cases'
import { formatDateTime, type Photo, Photos } from '@chengyun/ui'
import { useTranslation } from 'react-i18next'

const BEFORE = new Set(['near', 'far', 'before', 'reference', 'verify'])
const AFTER = ['after', 'check']

/** The pictures of a case, before beside after; sound and film as links. */
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
      <Photos photos={photos} />
      {other.map((e) => (
        <a key={e.id} className="case-file" href={e.shownUrl} target="_blank" rel="noreferrer">
          {t(`media.${e.kind}`)} · {t(`phase.${e.phase}`)} · {formatDateTime(e.takenAt ?? e.uploadedAt)}
        </a>
      ))}
    </>
  )
}
