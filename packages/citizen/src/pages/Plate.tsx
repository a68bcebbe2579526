import { useEffect, useRef, useState } from 'react'
import { ApiError } from '../api/client.ts'
import { readComponent } from '../api/public.ts'
import { t } from '../i18n.ts'
import { Title, Waiting } from '../parts/bits.tsx'
import { startAt, startDraft } from '../report/start.ts'
import { go, Link } from '../router.tsx'

/** What the plate of a component opens: a report that begins at its place, with its class; without either where the code is not known. */
export default function Plate({ id }: { id: string }) {
  const begun = useRef(false)
  const [problem, setProblem] = useState<string | null>(null)
  useEffect(() => {
    if (begun.current) return
    begun.current = true
    const read = async () => {
      if (!/^\d{16,17}$/.test(id)) return setProblem(t('plate.unknown'))
      try {
        const draft = await startAt(await readComponent(id))
        go(`/report/${draft.id}`, true)
      } catch (error) {
        const isRefused = error instanceof ApiError && !error.isPassing
        setProblem(isRefused ? error.message : t('plate.offline'))
      }
    }
    void read()
  }, [id])
  if (problem === null) return <Waiting />
  return (
    <div className="stack narrow">
      <Title text={t('plate.title')} />
      <p role="alert">{problem}</p>
      <p>
        <button
          type="button"
          className="button primary"
          onClick={() => void startDraft([]).then((draft) => go(`/report/${draft.id}`, true))}
        >
          {t('plate.report')}
        </button>
      </p>
      <p>
        <Link className="button" to="/">
          {t('missing.home')}
        </Link>
      </p>
    </div>
  )
}
