import { useQueue } from '../draft/queue.ts'
import { t } from '../i18n.ts'
import { KeptLine } from './KeptLine.tsx'
import { TrackForm } from './TrackForm.tsx'

/** Reports filed from this device, the newest first; `most` of them. */
export function KeptReports({ most }: { most?: number }) {
  const { kept, isLoaded } = useQueue()
  if (kept.length > 0)
    return (
      <ul className="lines">
        {kept.slice(0, most).map((k) => (
          <KeptLine key={k.caseNo} kept={k} />
        ))}
      </ul>
    )
  return isLoaded ? <p className="quiet">{t('home.mineEmpty')}</p> : null
}

/** The way to a report that was filed from another device. */
export function TrackSection() {
  return (
    <section className="stack" aria-labelledby="track-title">
      <h2 id="track-title">{t('track.title')}</h2>
      <TrackForm />
    </section>
  )
}
