import { useState } from 'react'
import { sayMeToo } from '../api/public.ts'
import { refreshQueue } from '../draft/queue.ts'
import { dropDraft } from '../draft/store.ts'
import { t } from '../i18n.ts'
import { Mistake, Note, sayError, Title } from '../parts/bits.tsx'
import { Progress } from '../parts/CaseLine.tsx'
import { Icon } from '../parts/Icon.tsx'
import { sayAgo, sayDistance, sayPromise } from '../parts/words.ts'
import { go, hrefOf, Link } from '../router.tsx'
import type { StepProps } from './Report.tsx'
import { similarOf } from './similar.ts'

/** Open reports close by: "me too" adds weight to one of them and spares the city a second case. */
export function SimilarStep({ draft }: StepProps) {
  const items = similarOf(draft.id)
  const [joined, setJoined] = useState<{ caseNo: string; meToo: number; counted: boolean } | null>(null)
  const [error, setError] = useState('')
  const join = async (caseNo: string) => {
    setError('')
    try {
      const found = await sayMeToo(caseNo)
      await dropDraft(draft.id)
      await refreshQueue()
      setJoined({ caseNo, ...found })
    } catch (reason) {
      setError(sayError(reason))
    }
  }
  if (joined)
    return (
      <div className="stack">
        <Title text={t('similar.joined')} />
        <Note kind="good" icon="people" live>
          {joined.counted ? t('similar.count', { n: joined.meToo }) : t('similar.before')}
        </Note>
        <div className="row">
          <Link className="button primary" to={`/r/${joined.caseNo}`}>
            {t('similar.see')}
          </Link>
          <Link className="button" to="/">
            {t('missing.home')}
          </Link>
        </div>
      </div>
    )
  return (
    <div className="stack">
      <Title text={t('similar.title', { n: items.length })} />
      <p className="quiet">{t('similar.lead')}</p>
      <ul className="stack">
        {items.map((item) => (
          <li key={item.caseNo} className="sheet similar">
            {item.photoUrl ? <img src={item.photoUrl} alt={t('similar.photo', { name: item.className })} /> : null}
            <div className="stack">
              <div>
                <h2>{item.className}</h2>
                <p>
                  <b>{t('similar.away', { d: sayDistance(item.distanceM) })}</b>
                  <span className="quiet"> · {sayAgo(item.reportedAt)}</span>
                </p>
                <p className="row">
                  <Progress progress={item.progress} />
                  <span className="quiet">{sayPromise(item.promisedAt, item.progress)}</span>
                </p>
                {item.meToo > 0 ? <p className="quiet small">{t('similar.others', { n: item.meToo })}</p> : null}
              </div>
              <div className="row">
                <button type="button" className="button primary" onClick={() => void join(item.caseNo)}>
                  <Icon name="people" />
                  {t('similar.meToo')}
                </button>
                <a className="button text" href={hrefOf(`/r/${item.caseNo}`)} target="_blank" rel="noreferrer">
                  {t('similar.look')}
                </a>
              </div>
            </div>
          </li>
        ))}
      </ul>
      <div className="report-next">
        <Mistake>{error}</Mistake>
        <button type="button" className="button wide" onClick={() => go(`/report/${draft.id}?step=send`, true)}>
          {t('similar.other')}
        </button>
      </div>
    </div>
  )
}
