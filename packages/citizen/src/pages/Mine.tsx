import type { CitizenSession } from '@chengyun/contract/public'
import { useCallback, useEffect, useId, useState } from 'react'
import { ApiError } from '../api/client.ts'
import { follow, listFollows, listMine, readOptions, signOut, unfollow } from '../api/public.ts'
import { lookedAt, newsOf } from '../draft/news.ts'
import { useQueue } from '../draft/queue.ts'
import { readSession } from '../draft/store.ts'
import { t } from '../i18n.ts'
import { Failure, Note, sayError, Title, useAnswer, Waiting } from '../parts/bits.tsx'
import { CaseLine } from '../parts/CaseLine.tsx'
import { KeptReports, TrackSection } from '../parts/KeptReports.tsx'
import { SignIn } from '../parts/SignIn.tsx'

/** Reports of this device and of the signed-in number, and what is followed. */
export default function Mine() {
  const { kept } = useQueue()
  const [session, setSession] = useState<CitizenSession | null | undefined>()
  const [isEnded, setEnded] = useState(false)
  const options = useAnswer(readOptions, [])
  // Signed out elsewhere, or the account was deleted.
  const end = useCallback(() => {
    setSession(null)
    setEnded(true)
  }, [])
  useEffect(() => {
    void readSession().then((found) => setSession(found ?? null))
  }, [])
  return (
    <div className="mine">
      <div className="stack">
        <Title text={t('mine.title')} />
        <section className="stack" aria-labelledby="mine-here">
          <h2 id="mine-here">{t('mine.here')}</h2>
          <KeptReports />
        </section>
        <TrackSection />
      </div>
      <div className="stack">
        {session ? (
          <>
            <section className="stack" aria-labelledby="mine-phone">
              <div className="row between">
                <h2 id="mine-phone">{t('mine.phone', { phone: session.phone })}</h2>
                <button
                  type="button"
                  className="button text"
                  onClick={() =>
                    void signOut()
                      .then(() => lookedAt([]))
                      .then(() => setSession(null))
                  }
                >
                  {t('mine.signOut')}
                </button>
              </div>
              <OfPhone hidden={new Set(kept.map((k) => k.caseNo))} onEnded={end} />
            </section>
            <Following streets={options.data?.streets ?? []} />
          </>
        ) : options.data?.codes && session === null ? (
          <section className="sheet stack" aria-labelledby="mine-sign">
            <h2 id="mine-sign">{t('mine.sign')}</h2>
            {isEnded ? (
              <Note icon="phone" live>
                {t('mine.ended')}
              </Note>
            ) : null}
            <p className="quiet">{t('mine.signWhy')}</p>
            <SignIn onDone={setSession} />
          </section>
        ) : null}
      </div>
    </div>
  )
}

function OfPhone({ hidden, onEnded }: { hidden: ReadonlySet<string>; onEnded: () => void }) {
  const { data, error, again } = useAnswer(listMine, [])
  useEffect(() => {
    if (error instanceof ApiError && error.status === 401) onEnded()
  }, [error, onEnded])
  if (error) return <Failure error={error} onRetry={again} />
  if (!data) return <Waiting />
  const items = data.items.filter((line) => !hidden.has(line.caseNo))
  if (items.length === 0) return <p className="quiet">{t('mine.phoneEmpty')}</p>
  return (
    <ul className="lines">
      {items.map((line) => (
        <CaseLine key={line.caseNo} line={line} />
      ))}
    </ul>
  )
}

function Following({ streets }: { streets: readonly { code: string; name: string; level: 'district' | 'street' }[] }) {
  const id = useId()
  const { data, error, again } = useAnswer(listFollows, [])
  const [chosen, setChosen] = useState('')
  const [says, setSays] = useState('')
  const [news, setNews] = useState<ReadonlySet<string>>(new Set())
  useEffect(() => {
    if (!data) return
    // Marked for as long as this page is open, no news at the next look.
    void newsOf(data.items).then(async (fresh) => {
      setNews((before) => new Set([...before, ...fresh]))
      await lookedAt(data.items)
    })
  }, [data])
  const act = async (what: () => Promise<unknown>, word: string) => {
    try {
      await what()
      setSays(word)
      again()
    } catch (reason) {
      setSays(sayError(reason))
    }
  }
  const districts = streets.filter((s) => s.level === 'district')
  return (
    <section className="stack" aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>{t('follow.title')}</h2>
      <div className="field">
        <label htmlFor={id}>{t('follow.area')}</label>
        <div className="join">
          <select id={id} className="input" value={chosen} onChange={(event) => setChosen(event.target.value)}>
            <option value="">{t('follow.choose')}</option>
            {districts.map((d) => (
              <optgroup key={d.code} label={d.name}>
                <option value={d.code}>{t('follow.whole', { name: d.name })}</option>
                {streets
                  .filter((s) => s.level === 'street' && s.code.startsWith(d.code))
                  .map((s) => (
                    <option key={s.code} value={s.code}>
                      {s.name}
                    </option>
                  ))}
              </optgroup>
            ))}
          </select>
          <button
            type="button"
            className="button"
            disabled={!chosen}
            onClick={() => void act(() => follow({ areaCode: chosen }), t('follow.done'))}
          >
            {t('follow.add')}
          </button>
        </div>
        <p role="status" className="hint">
          {says}
        </p>
      </div>
      {error ? <Failure error={error} onRetry={again} /> : null}
      {data?.items.length === 0 ? <p className="quiet">{t('follow.empty')}</p> : null}
      {data?.items.map((item) => (
        <div key={item.id} className="stack follow">
          <div className="row between">
            <h3>
              {item.kind === 'area' ? item.name : t('follow.one', { name: item.name })}
              {news.has(item.id) ? <span className="news">{t('follow.news')}</span> : null}
            </h3>
            <button type="button" className="button text" onClick={() => void act(() => unfollow(item.id), t('follow.ended'))}>
              {t('follow.end')}
              <span className="unseen"> {item.name}</span>
            </button>
          </div>
          {item.reports.length > 0 ? (
            <ul className="lines">
              {item.reports.map((line) => (
                <CaseLine key={line.caseNo} line={line} />
              ))}
            </ul>
          ) : (
            <Note icon="bell">{t('follow.quiet')}</Note>
          )}
        </div>
      ))}
    </section>
  )
}
