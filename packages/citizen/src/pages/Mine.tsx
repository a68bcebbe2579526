import type { CitizenSession } from '@chengyun/contract/public'
import { useEffect, useId, useState } from 'react'
import { follow, listFollows, listMine, readOptions, signOut, unfollow } from '../api/public.ts'
import { useQueue } from '../draft/queue.ts'
import { readSession } from '../draft/store.ts'
import { t } from '../i18n.ts'
import { Failure, Note, sayError, Title, useAnswer, Waiting } from '../parts/bits.tsx'
import { CaseLine } from '../parts/CaseLine.tsx'
import { KeptLine } from '../parts/KeptLine.tsx'
import { SignIn } from '../parts/SignIn.tsx'
import { TrackForm } from '../parts/TrackForm.tsx'

/** Reports of this device and of the signed-in number, and what is followed. */
export default function Mine() {
  const { kept, isLoaded } = useQueue()
  const [session, setSession] = useState<CitizenSession | null | undefined>()
  const options = useAnswer(readOptions, [])
  useEffect(() => {
    void readSession().then((found) => setSession(found ?? null))
  }, [])
  return (
    <div className="mine">
      <div className="stack">
        <Title text={t('mine.title')} />
        <section className="stack" aria-labelledby="mine-here">
          <h2 id="mine-here">{t('mine.here')}</h2>
          {kept.length > 0 ? (
            <ul className="lines">
              {kept.map((k) => (
                <KeptLine key={k.caseNo} kept={k} />
              ))}
            </ul>
          ) : isLoaded ? (
            <p className="quiet">{t('home.mineEmpty')}</p>
          ) : null}
        </section>
        <section className="stack" aria-labelledby="mine-code">
          <h2 id="mine-code">{t('track.title')}</h2>
          <TrackForm />
        </section>
      </div>
      <div className="stack">
        {session ? (
          <>
            <section className="stack" aria-labelledby="mine-phone">
              <div className="row between">
                <h2 id="mine-phone">{t('mine.phone', { phone: session.phone })}</h2>
                <button type="button" className="button text" onClick={() => void signOut().then(() => setSession(null))}>
                  {t('mine.signOut')}
                </button>
              </div>
              <OfPhone hidden={new Set(kept.map((k) => k.caseNo))} />
            </section>
            <Following streets={options.data?.streets ?? []} />
          </>
        ) : options.data?.codes && session === null ? (
          <section className="sheet stack" aria-labelledby="mine-sign">
            <h2 id="mine-sign">{t('mine.sign')}</h2>
            <p className="quiet">{t('mine.signWhy')}</p>
            <SignIn onDone={setSession} />
          </section>
        ) : null}
      </div>
    </div>
  )
}

function OfPhone({ hidden }: { hidden: ReadonlySet<string> }) {
  const { data, error, again } = useAnswer(listMine, [])
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
            <h3>{item.kind === 'area' ? item.name : t('follow.one', { name: item.name })}</h3>
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
