import type { Suggestions } from '@chengyun/contract/public'
import { useEffect, useId, useState } from 'react'
import { listSimilar, suggest } from '../api/public.ts'
import { saveDraft } from '../draft/store.ts'
import { t } from '../i18n.ts'
import { Title } from '../parts/bits.tsx'
import { Icon } from '../parts/Icon.tsx'
import { go } from '../router.tsx'
import { Photos } from './Photos.tsx'
import type { StepProps } from './Report.tsx'
import { keepSimilar } from './similar.ts'
import { VideoNote } from './VideoNote.tsx'
import { VoiceNote } from './VoiceNote.tsx'

const MAX_TEXT = 500
/** A slow network does not hold up the report: without an answer by then nothing similar is shown. */
const SIMILAR_MS = 4000

/** What it is, in one's own words or voice; a kind is proposed and may be left open. */
export function WordsStep({ draft, change, replace }: StepProps) {
  const id = useId()
  const [text, setText] = useState(draft.text)
  const [proposed, setProposed] = useState<Suggestions['items']>([])
  const [mistake, setMistake] = useState('')
  const [isBusy, setBusy] = useState(false)

  useEffect(() => {
    const words = text.trim()
    if (words.length < 2) return setProposed([])
    const abort = new AbortController()
    const wait = setTimeout(() => {
      suggest(words, abort.signal).then(
        ({ items }) => setProposed(items.slice(0, 3)),
        () => undefined
      )
    }, 450)
    return () => {
      clearTimeout(wait)
      abort.abort()
    }
  }, [text])

  const next = async () => {
    const words = text.trim()
    if (!words && draft.files.length === 0) return setMistake(t('words.nothing'))
    setBusy(true)
    const now = await change({ text: words })
    const { place } = now
    let isSimilar = false
    if (place && navigator.onLine) {
      const asked = listSimilar({ lng: place.lng, lat: place.lat, crs: place.crs, classCode: now.classCode })
      const late = new Promise<null>((resolve) => setTimeout(() => resolve(null), SIMILAR_MS))
      const found = await Promise.race([asked, late]).catch(() => null)
      keepSimilar(draft.id, found?.items ?? [])
      isSimilar = (found?.items.length ?? 0) > 0
    }
    go(`/report/${draft.id}?step=${isSimilar ? 'similar' : 'send'}`)
  }
  const choose = (code: string, name: string) => {
    const { classCode: _code, className: _name, ...rest } = draft
    const next = code ? { ...rest, classCode: code, className: name } : rest
    replace(next)
    void saveDraft(next)
  }
  const isChosenShown = draft.classCode !== undefined && !proposed.some((p) => p.classCode === draft.classCode)
  return (
    <div className="stack">
      <Title text={t('words.title')} />
      <Photos draft={draft} replace={replace} />
      <div className="field">
        <label htmlFor={id}>{t('words.label')}</label>
        <textarea
          id={id}
          className="input"
          value={text}
          maxLength={MAX_TEXT}
          placeholder={t('words.placeholder')}
          aria-describedby={`${id}-hint`}
          onChange={(event) => {
            setText(event.target.value)
            setMistake('')
          }}
          onBlur={() => void change({ text })}
        />
        <p className="hint" id={`${id}-hint`}>
          {t('words.hint')}
        </p>
      </div>
      <VoiceNote draft={draft} replace={replace} />
      <VideoNote draft={draft} replace={replace} />
      {proposed.length > 0 || isChosenShown ? (
        <fieldset className="field">
          <legend>{t('words.looksLike')}</legend>
          <div className="choices">
            {isChosenShown ? <Choice code={draft.classCode ?? ''} name={draft.className ?? ''} isOn onChoose={choose} /> : null}
            {proposed.map((p) => (
              <Choice
                key={p.classCode}
                code={p.classCode}
                name={p.name}
                isOn={draft.classCode === p.classCode}
                onChoose={choose}
              />
            ))}
            <Choice code="" name={t('words.noClass')} isOn={draft.classCode === undefined} onChoose={choose} />
          </div>
        </fieldset>
      ) : null}
      <div className="report-next">
        {mistake ? (
          <p className="mistake" role="alert">
            <Icon name="warn" />
            {mistake}
          </p>
        ) : null}
        <button type="button" className="button primary wide" aria-disabled={isBusy} onClick={() => isBusy || void next()}>
          {t(isBusy ? 'words.looking' : 'words.next')}
        </button>
      </div>
    </div>
  )
}

function Choice({
  code,
  name,
  isOn,
  onChoose
}: {
  code: string
  name: string
  isOn: boolean
  onChoose: (code: string, name: string) => void
}) {
  return (
    <label className="choice">
      <input type="radio" name="class" checked={isOn} onChange={() => onChoose(code, name)} />
      {name}
    </label>
  )
}
