import { type FormEvent, useId, useState } from 'react'
import { findByCode } from '../api/public.ts'
import { saveKept } from '../draft/store.ts'
import { t } from '../i18n.ts'
import { go } from '../router.tsx'
import { sayError } from './bits.tsx'

/** Opens a report by its tracking code, and keeps it on this device. */
export function TrackForm() {
  const id = useId()
  const [code, setCode] = useState('')
  const [mistake, setMistake] = useState('')
  const [isBusy, setBusy] = useState(false)
  const open = async (event: FormEvent) => {
    event.preventDefault()
    const clean = code.toUpperCase().replace(/[^0-9A-Z]/g, '')
    if (!/^[2-9A-HJKMNP-Z]{10}$/.test(clean)) return setMistake(t('track.shape'))
    setBusy(true)
    setMistake('')
    try {
      const found = await findByCode(clean)
      await saveKept({
        caseNo: found.caseNo,
        trackingCode: clean,
        reportedAt: found.reportedAt,
        promisedAt: found.promisedAt,
        text: found.text ?? '',
        address: found.address ?? '',
        draftId: ''
      })
      go(`/r/${found.caseNo}`)
    } catch (error) {
      setMistake(sayError(error))
    } finally {
      setBusy(false)
    }
  }
  return (
    <form className="field" onSubmit={(event) => void open(event)} noValidate>
      <label htmlFor={id} className="unseen">
        {t('track.code')}
      </label>
      <div className="join">
        <input
          id={id}
          className="input code"
          value={code}
          onChange={(event) => setCode(event.target.value)}
          placeholder={t('track.placeholder')}
          autoComplete="off"
          autoCapitalize="characters"
          spellCheck={false}
          aria-invalid={mistake !== ''}
          aria-describedby={`${id}-say`}
        />
        <button type="submit" className="button primary" disabled={isBusy}>
          {t('track.open')}
        </button>
      </div>
      <p id={`${id}-say`} className={mistake ? 'mistake' : 'hint'} role={mistake ? 'alert' : undefined}>
        {mistake || t('track.hint')}
      </p>
    </form>
  )
}
