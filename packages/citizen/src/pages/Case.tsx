import '../styles/case.css'
import type { CitizenCase } from '@chengyun/contract/public'
import { useEffect, useState } from 'react'
import { ApiError } from '../api/client.ts'
import { follow, readProgress, sayMeToo } from '../api/public.ts'
import { getKept, type Kept, readSession } from '../draft/store.ts'
import { t } from '../i18n.ts'
import { Failure, Note, sayError, Title, useAnswer, useBlobUrl, Waiting } from '../parts/bits.tsx'
import { Progress } from '../parts/CaseLine.tsx'
import { Icon } from '../parts/Icon.tsx'
import { SignIn } from '../parts/SignIn.tsx'
import { sayMoment, sayProgress, sayPromise } from '../parts/words.ts'
import { Link, useRoute } from '../router.tsx'
import { Rating, Reopen } from './Afterwards.tsx'
import { Tracking } from './Tracking.tsx'

/** One report: what was promised, how far it is, what it looks like now. */
export default function Case({ id }: { id: string }) {
  const { query } = useRoute()
  const [kept, setKept] = useState<Kept>()
  const thumb = useBlobUrl(kept?.thumb)
  const { data, error, again, set } = useAnswer(async () => {
    const mine = await getKept(id)
    setKept(mine)
    return readProgress(id, mine?.trackingCode)
  }, [id])
  const isFiled = query.get('filed') === '1'
  const tracking = kept ? <Tracking kept={kept} isNew={isFiled} /> : null
  if (!data)
    return (
      <div className="stack narrow">
        <Title text={t(isFiled ? 'case.filed' : 'case.title')} />
        {tracking}
        {error ? <Failure error={error} onRetry={again} /> : <Waiting />}
        {error instanceof ApiError && error.status === 404 ? <Link to="/mine">{t('case.mine')}</Link> : null}
      </div>
    )
  const before = data.photos.filter((p) => p.side === 'before')
  const after = data.photos.filter((p) => p.side === 'after')
  const promise = sayPromise(data.promisedAt, data.progress)
  const name = data.className ?? t('case.unclassed')
  return (
    <article className="case stack">
      <div className="case-head stack">
        {isFiled ? <Title text={t('case.filed')} /> : <Title text={name} />}
        {isFiled ? tracking : null}
        <div className={`promise promise-${data.late && promise ? 'late' : data.progress}`}>
          <Progress progress={data.progress} />
          <p className="promise-words">
            {promise ?? (data.closedAt ? t('promise.done', { at: sayMoment(data.closedAt) }) : t('promise.none'))}
          </p>
          {data.late && promise ? <p>{t('promise.late')}</p> : null}
          {data.agency ? <p className="quiet">{t('case.agency', { name: data.agency })}</p> : null}
        </div>
        {data.held ? (
          <Note icon="eye" kind="warn">
            {t('case.held')}
          </Note>
        ) : null}
        {data.reason ? (
          <Note icon="warn">
            <b>{t('case.reason')}</b>
            <p>{data.reason}</p>
          </Note>
        ) : null}
      </div>
      <div className="case-body">
        <section className="stack" aria-labelledby="case-photos">
          <h2 id="case-photos">{t('case.photos')}</h2>
          <div className="pair">
            <Side word={t('case.before')} urls={before.map((p) => p.url)} own={before.length === 0 ? thumb : undefined} />
            <Side word={t('case.after')} urls={after.map((p) => p.url)} own={undefined} />
          </div>
          {data.photosInReview > 0 ? <p className="small quiet">{t('case.photosInReview', { n: data.photosInReview })}</p> : null}
          <dl className="facts">
            {data.text ? (
              <>
                <dt>{t('case.said')}</dt>
                <dd>{data.text}</dd>
              </>
            ) : null}
            <dt>{t('case.place')}</dt>
            <dd>
              {data.address ?? t(data.rounded ? 'case.quarter' : 'case.noPlace')}
              {data.rounded ? <small className="quiet"> {t('case.rounded')}</small> : null}
            </dd>
            <dt>{t('case.no')}</dt>
            <dd>{data.caseNo}</dd>
            <dt>{t('case.seen')}</dt>
            <dd>{t(`case.${data.visibility}`)}</dd>
            {data.meToo > 0 ? (
              <>
                <dt>{t('case.others')}</dt>
                <dd>{t('similar.others', { n: data.meToo })}</dd>
              </>
            ) : null}
          </dl>
        </section>
        <section className="stack" aria-labelledby="case-steps">
          <h2 id="case-steps">{t('case.steps')}</h2>
          <ol className="timeline">
            {data.steps.map((step, i) => (
              <li key={`${step.key}-${step.at}`} data-last={i === data.steps.length - 1}>
                <b>{sayProgress(step.key)}</b>
                <time dateTime={step.at}>{sayMoment(step.at)}</time>
              </li>
            ))}
            {promise && data.promisedAt ? (
              <li data-ahead="true">
                <b>{t(data.progress === 'received' || data.progress === 'accepted' ? 'case.answer' : 'case.promised')}</b>
                <time dateTime={data.promisedAt}>{t('case.before_', { at: sayMoment(data.promisedAt) })}</time>
              </li>
            ) : null}
          </ol>
        </section>
      </div>
      <Rating view={data} code={kept?.trackingCode} onDone={set} />
      <Reopen view={data} code={kept?.trackingCode} onDone={set} />
      <Acts view={data} onDone={again} />
      {isFiled ? null : tracking}
    </article>
  )
}

function Side({ word, urls, own }: { word: string; urls: readonly string[]; own: string | undefined }) {
  const shown = urls.length > 0 ? urls : own ? [own] : []
  return (
    <figure>
      {shown.length > 0 ? (
        shown.map((url, i) => <img key={url} src={url} alt={`${word} ${i + 1}`} />)
      ) : (
        <div className="pair-empty">{t('case.noPhoto')}</div>
      )}
      <figcaption>{own && urls.length === 0 ? t('case.ownPhoto') : word}</figcaption>
    </figure>
  )
}

/** Me too, and following. Following needs a number, because news must go somewhere. */
function Acts({ view, onDone }: { view: CitizenCase; onDone: () => void }) {
  const [says, setSays] = useState('')
  const [isSigning, setSigning] = useState(false)
  const [isKnown, setKnown] = useState(false)
  useEffect(() => {
    void readSession().then((session) => setKnown(session !== undefined))
  }, [])
  const attempt = async (act: () => Promise<string>) => {
    try {
      setSays(await act())
      onDone()
    } catch (error) {
      setSays(sayError(error))
    }
  }
  const doFollow = () =>
    attempt(async () => {
      await follow({ caseNo: view.caseNo })
      return t('follow.done')
    })
  const canMeToo = view.can.includes('meToo')
  const canFollow = view.can.includes('follow') || (!isKnown && !view.mine && !view.following)
  if (!canMeToo && !canFollow && !view.following && !says) return null
  return (
    <section className="stack" aria-label={t('case.acts')}>
      <div className="row">
        {canMeToo ? (
          <button
            type="button"
            className="button"
            onClick={() =>
              void attempt(async () => {
                const found = await sayMeToo(view.caseNo)
                return found.counted ? t('similar.count', { n: found.meToo }) : t('similar.before')
              })
            }
          >
            <Icon name="people" />
            {t('similar.meToo')}
          </button>
        ) : null}
        {view.following ? (
          <Link className="button" to="/mine">
            <Icon name="bell" />
            {t('follow.is')}
          </Link>
        ) : canFollow ? (
          <button type="button" className="button" onClick={() => (isKnown ? void doFollow() : setSigning(true))}>
            <Icon name="bell" />
            {t('follow.report')}
          </button>
        ) : null}
      </div>
      {isSigning && !isKnown ? (
        <SignIn
          onDone={() => {
            setKnown(true)
            setSigning(false)
            void doFollow()
          }}
        />
      ) : null}
      <p role="status">{says}</p>
    </section>
  )
}
