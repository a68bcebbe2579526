import type { CaptchaAnswer, CitizenSession } from '@chengyun/contract/public'
import { useEffect, useState } from 'react'
import { readOptions } from '../api/public.ts'
import { fileDraft } from '../draft/file.ts'
import { askForSync, refreshQueue } from '../draft/queue.ts'
import { readBytes, readSession } from '../draft/store.ts'
import { currentLanguage, t } from '../i18n.ts'
import { Note, Title } from '../parts/bits.tsx'
import { SignIn } from '../parts/SignIn.tsx'
import { PRIVACY } from '../privacy.ts'
import { go, Link } from '../router.tsx'
import { Captcha } from './Captcha.tsx'
import type { StepProps } from './Report.tsx'
import { thumbOf } from './start.ts'

/** Who may see it, who files it, and off it goes — or onto the device until the network is back. */
export function SendStep({ draft, change, replace }: StepProps) {
  const [session, setSession] = useState<CitizenSession | null>(null)
  const [hasCodes, setHasCodes] = useState(false)
  const [isBusy, setBusy] = useState(false)
  const [isStored, setStored] = useState(false)
  const [captcha, setCaptcha] = useState<CaptchaAnswer | null>(null)
  const [tries, setTries] = useState(0)
  const [problem, setProblem] = useState(draft.problem ?? null)
  useEffect(() => {
    void readSession().then((found) => setSession(found ?? null))
    readOptions().then(
      (options) => setHasCodes(options.codes),
      () => undefined
    )
  }, [])
  const isCaptcha = problem?.code.startsWith('PUBLIC_CAPTCHA') ?? false

  const submit = async () => {
    setBusy(true)
    const { problem: _, ...clean } = draft
    replace(clean)
    const now = await change({ state: 'waiting', isContact: draft.isContact, consent: PRIVACY })
    const photo = now.files.find((f) => f.kind === 'image')
    const bytes = photo ? await readBytes(photo.id) : undefined
    const thumb = bytes ? await thumbOf(bytes) : undefined
    const outcome = await fileDraft(now.id, {
      ...(captcha ? { captcha } : {}),
      ...(thumb ? { thumb } : {}),
      language: currentLanguage() === 'zh' ? 'zh-CN' : 'en'
    })
    await refreshQueue()
    setBusy(false)
    if (outcome.kind === 'filed') return go(`/r/${outcome.kept.caseNo}?filed=1`, true)
    if (outcome.kind === 'refused') {
      // A captcha is taken once, right or wrong: the next try shows another.
      setCaptcha(null)
      setTries((n) => n + 1)
      return setProblem(outcome)
    }
    void askForSync()
    setStored(true)
  }
  if (isStored)
    return (
      <div className="stack">
        <Title text={t('send.stored')} />
        <Note kind="good" icon="tick" live>
          {t('send.storedText')}
        </Note>
        <Link className="button primary" to="/">
          {t('missing.home')}
        </Link>
      </div>
    )
  return (
    <div className="stack">
      <Title text={t('send.title')} />
      <fieldset className="stack">
        <legend className="label">{t('send.visibility')}</legend>
        {(['public', 'private'] as const).map((v) => (
          <label key={v} className="choice tall">
            <input
              type="radio"
              name="visibility"
              checked={draft.visibility === v}
              onChange={() => void change({ visibility: v })}
            />
            <b>{t(`send.${v}`)}</b>
            <small>{t(`send.${v}Text`)}</small>
          </label>
        ))}
      </fieldset>
      <fieldset className="stack">
        <legend className="label">{t('send.contact')}</legend>
        <label className="choice tall">
          <input type="radio" name="contact" checked={!draft.isContact} onChange={() => void change({ isContact: false })} />
          <b>{t('send.anonymous')}</b>
          <small>{t('send.anonymousText')}</small>
        </label>
        {hasCodes || session ? (
          <label className="choice tall">
            <input type="radio" name="contact" checked={draft.isContact} onChange={() => void change({ isContact: true })} />
            <b>{session ? t('send.asPhone', { phone: session.phone }) : t('send.phone')}</b>
            <small>{t('send.phoneText')}</small>
          </label>
        ) : null}
      </fieldset>
      {draft.isContact && !session ? <SignIn onDone={setSession} /> : null}
      {isCaptcha ? <Captcha key={tries} onAnswer={setCaptcha} /> : null}
      {problem ? (
        <Note kind="bad" icon="warn" live>
          {problem.message || t(problem.code === 'PUBLIC_SIGN_IN_AGAIN' ? 'send.signAgain' : 'error.server')}
        </Note>
      ) : null}
      <div className="report-next">
        <p className="small quiet">
          {t('send.consent')} <Link to="/help">{t('send.consentLink')}</Link>
        </p>
        <button
          type="button"
          className="button primary wide"
          aria-disabled={isBusy || (draft.isContact && !session)}
          onClick={() => isBusy || (draft.isContact && !session) || void submit()}
        >
          {t(isBusy ? 'send.busy' : 'send.go')}
        </button>
      </div>
    </div>
  )
}
