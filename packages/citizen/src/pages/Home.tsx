import { useState } from 'react'
import { useKnownLists } from '../api/services.ts'
import { useQueue } from '../draft/queue.ts'
import { currentLanguage, t } from '../i18n.ts'
import { Title } from '../parts/bits.tsx'
import { Icon } from '../parts/Icon.tsx'
import { KeptReports, TrackSection } from '../parts/KeptReports.tsx'
import { PhotoButton } from '../parts/PhotoButton.tsx'
import { startDraft } from '../report/start.ts'
import { go, Link } from '../router.tsx'

/** Photo first: everything else waits below it. */
export function Home() {
  const { drafts, kept } = useQueue()
  const [isStarting, setStarting] = useState(false)
  const open = drafts.filter((d) => d.state === 'editing')
  return (
    <div className="home">
      <section className="hero">
        <Title text={t('home.title')} />
        <p className="quiet">{t('home.lead')}</p>
        <PhotoButton className="shutter" isCamera label={t('home.shoot')}>
          <Streets />
          <span className="shutter-ring" aria-hidden="true">
            <Icon name="camera" />
          </span>
          <span className="shutter-words" aria-hidden="true">
            <b>{t('home.shootBig')}</b>
            <span>{t('home.shootSmall')}</span>
          </span>
        </PhotoButton>
        <div className="hero-more">
          <PhotoButton className="button" isCamera={false} label={t('home.album')}>
            <span aria-hidden="true">{t('home.album')}</span>
          </PhotoButton>
          <button
            type="button"
            className="button"
            disabled={isStarting}
            onClick={() => {
              setStarting(true)
              void startDraft([]).then((draft) => go(`/report/${draft.id}`))
            }}
          >
            {t('home.noPhoto')}
          </button>
        </div>
      </section>
      <div className="stack home-side">
        {open.length > 0 ? (
          <section className="stack" aria-labelledby="home-open">
            <h2 id="home-open">{t('home.open')}</h2>
            <ul className="lines">
              {open.map((draft) => (
                <li key={draft.id}>
                  <Link className="line" to={`/report/${draft.id}`}>
                    <span className="line-photo">
                      <Icon name="camera" />
                    </span>
                    <span className="line-words">
                      <b>{draft.text || t('home.openOne')}</b>
                      <span>{t('home.openFiles', { n: draft.files.length })}</span>
                    </span>
                    <Icon name="next" />
                  </Link>
                </li>
              ))}
            </ul>
          </section>
        ) : null}
        <section className="stack" aria-labelledby="home-mine">
          <div className="row between">
            <h2 id="home-mine">{t('home.mine')}</h2>
            {kept.length > 0 ? <Link to="/mine">{t('home.all')}</Link> : null}
          </div>
          <KeptReports most={3} />
        </section>
        <TrackSection />
        <section className="stack" aria-labelledby="home-near">
          <h2 id="home-near">{t('home.near')}</h2>
          <Link className="near" to="/map">
            <Streets />
            <span>{t('home.nearText')}</span>
            <Icon name="next" />
          </Link>
        </section>
        <ServicesSection />
      </div>
    </div>
  )
}

const NAMED = 3

/** The way to the lists of the city, where it has any. */
function ServicesSection() {
  const lists = useKnownLists()
  if (!lists || lists.length === 0) return null
  const names = lists.slice(0, NAMED).map((l) => l.name[currentLanguage()])
  return (
    <section className="stack" aria-labelledby="home-services">
      <h2 id="home-services">{t('home.services')}</h2>
      <ul className="lines">
        <li>
          <Link className="line" to="/services">
            <Icon name="services" />
            <span className="line-words">{t('home.servicesText', { names: names.join(t('services.comma')) })}</span>
            <Icon name="next" />
          </Link>
        </li>
      </ul>
    </section>
  )
}

/** A few streets as a map draws them; the ground on which the viewfinder stands. */
function Streets() {
  return (
    <svg
      className="streets"
      viewBox="0 0 360 270"
      preserveAspectRatio="xMidYMid slice"
      aria-hidden="true"
      fill="none"
      stroke="currentColor"
    >
      <path
        strokeWidth="9"
        d="M-10 214C60 196 96 168 150 164s118 34 220 6M92-10c6 62 44 98 46 176 1 48-16 82-14 116M238-10c-10 50 12 78 6 122-6 46-34 62-38 168"
      />
      <path
        strokeWidth="4"
        d="M-10 72c52-14 82 4 128-8 54-14 96-44 252-30M-10 140c40-8 84-22 146-24M244 108c40 2 76-14 126-12M142 206c-44 16-92 18-152 50M212 216c52-4 98 12 158 8M38-10c2 36-10 52-6 94M300-10c-8 40 6 74 4 108M320 98c-6 46 10 76 6 182M58 186c8 34 0 60 4 96"
      />
      <path
        strokeWidth="2"
        d="M112 40c34 8 88 4 128-6M174-10c-4 60 10 110 4 176M20 84c6 28 4 48 10 112M270 42c-4 22 2 40 0 64M270 106c0 34-6 64-2 122"
      />
    </svg>
  )
}
