import { useState } from 'react'
import { withdraw } from '../api/public.ts'
import { refreshQueue } from '../draft/queue.ts'
import { forgetAll } from '../draft/store.ts'
import { t } from '../i18n.ts'
import { sayError, Title } from '../parts/bits.tsx'
import { PRIVACY } from '../privacy.ts'

const QUESTIONS = ['steps', 'offline', 'similar', 'promise', 'lost', 'rating'] as const
const KEPT = ['report', 'photo', 'phone', 'device', 'place', 'follow'] as const

/** How it works, and what is kept of whom for how long. */
export default function Help() {
  const [isSure, setSure] = useState(false)
  const [says, setSays] = useState('')
  const forget = async () => {
    try {
      // The server first: were the session forgotten here and kept there, nobody could withdraw it any more.
      await withdraw()
      await forgetAll()
      await refreshQueue()
      setSays(t('privacy.forgotten'))
    } catch (error) {
      setSays(sayError(error))
    }
    setSure(false)
  }
  return (
    <div className="help">
      <div className="stack">
        <Title text={t('help.title')} />
        <div className="stack">
          {QUESTIONS.map((q) => (
            <section key={q} className="stack-tight">
              <h2>{t(`help.${q}`)}</h2>
              <p>{t(`help.${q}Text`)}</p>
            </section>
          ))}
        </div>
        <p className="sheet">{t('help.urgent')}</p>
      </div>
      <section className="stack" aria-labelledby="privacy" id="privacy-section">
        <h2 id="privacy" className="big">
          {t('privacy.title')}
        </h2>
        <p className="quiet small">{t('privacy.version', { v: PRIVACY })}</p>
        <p>{t('privacy.lead')}</p>
        <dl className="kept">
          {KEPT.map((k) => (
            <div key={k}>
              <dt>{t(`privacy.${k}`)}</dt>
              <dd>{t(`privacy.${k}Text`)}</dd>
            </div>
          ))}
        </dl>
        <h3>{t('privacy.public')}</h3>
        <p>{t('privacy.publicText')}</p>
        <h3>{t('privacy.rights')}</h3>
        <p>{t('privacy.rightsText')}</p>
        <h3>{t('privacy.forget')}</h3>
        <p>{t('privacy.forgetText')}</p>
        {isSure ? (
          <div className="row">
            <button type="button" className="button" onClick={() => void forget()}>
              {t('privacy.forgetYes')}
            </button>
            <button type="button" className="button text" onClick={() => setSure(false)}>
              {t('privacy.forgetNo')}
            </button>
          </div>
        ) : (
          <p>
            <button type="button" className="button" onClick={() => setSure(true)}>
              {t('privacy.forgetDo')}
            </button>
          </p>
        )}
        <p role="status">{says}</p>
      </section>
    </div>
  )
}
