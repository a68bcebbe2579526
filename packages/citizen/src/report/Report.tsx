import '../styles/report.css'
import { useEffect, useState } from 'react'
import { refreshQueue } from '../draft/queue.ts'
import { type Draft, getDraft, saveDraft } from '../draft/store.ts'
import { t } from '../i18n.ts'
import { Waiting } from '../parts/bits.tsx'
import { Icon } from '../parts/Icon.tsx'
import { Link, useRoute } from '../router.tsx'
import { PlaceStep } from './PlaceStep.tsx'
import { SendStep } from './SendStep.tsx'
import { SimilarStep } from './SimilarStep.tsx'
import { startDraft } from './start.ts'
import { WordsStep } from './WordsStep.tsx'

const STEPS = ['place', 'words', 'similar', 'send'] as const
export type Step = (typeof STEPS)[number]

/** What every step gets: the draft, how to change it (kept on the device at once). */
export interface StepProps {
  draft: Draft
  change: (more: Partial<Draft>) => Promise<Draft>
  replace: (draft: Draft) => void
}

/** One report from its photo to the moment it is filed. Each step has an address, so that the back button goes one step back. */
export default function Report({ id }: { id: string }) {
  const { query } = useRoute()
  const [draft, setDraft] = useState<Draft | null>()
  useEffect(() => {
    if (id) void getDraft(id).then((found) => setDraft(found ?? null))
    // The address of a shortcut on the home screen names no draft: one is begun.
    else void startDraft([]).then((made) => setDraft(made))
    return () => void refreshQueue()
  }, [id])
  if (draft === undefined) return <Waiting />
  if (draft === null)
    return (
      <div className="stack narrow">
        <h1>{t('report.gone')}</h1>
        <p>
          <Link className="button" to="/">
            {t('missing.home')}
          </Link>
        </p>
      </div>
    )
  const wanted = query.get('step') as Step | null
  const step: Step = draft.place && wanted && STEPS.includes(wanted) ? wanted : 'place'
  const change = async (more: Partial<Draft>) => {
    const next = { ...draft, ...more }
    setDraft(next)
    await saveDraft(next)
    return next
  }
  const props: StepProps = { draft, change, replace: setDraft }
  const at = step === 'place' ? 0 : step === 'words' ? 1 : 2
  return (
    <div className="report narrow">
      <div className="report-top">
        <button type="button" className="button text" onClick={() => history.back()}>
          <Icon name="back" />
          {t('report.back')}
        </button>
        <ol className="report-steps" aria-label={t('report.steps')}>
          {(['report.step.place', 'report.step.words', 'report.step.send'] as const).map((word, i) => (
            <li key={word} {...(i === at ? { 'aria-current': 'step' as const } : {})} data-done={i < at}>
              {t(word)}
            </li>
          ))}
        </ol>
      </div>
      {step === 'place' ? <PlaceStep {...props} /> : null}
      {step === 'words' ? <WordsStep {...props} /> : null}
      {step === 'similar' ? <SimilarStep {...props} /> : null}
      {step === 'send' ? <SendStep {...props} /> : null}
    </div>
  )
}
