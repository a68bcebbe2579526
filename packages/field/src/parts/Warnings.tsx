import { durationPhrase } from '@chengyun/ui/format.ts'
import { useUiText } from '@chengyun/ui/i18n.ts'
import { useTranslation } from 'react-i18next'
import { useWork } from '../app/work.ts'
import { useNewVersion } from '../pwa/register.ts'
import { Note } from './Screen.tsx'

const DRIFT_TOLD_MS = 120_000
const SPACE_TOLD_SHARE = 0.85
const SPACE_TOLD_BYTES = 200 * 1024 * 1024
const MB = 1024 * 1024

/** What the person has to know about the phone itself: a wrong clock, a full disk, a new version. */
export function Warnings({ always }: { always?: boolean }) {
  const { t } = useTranslation()
  const text = useUiText()
  const { line } = useWork()
  const letIn = useNewVersion()
  const drift = line.driftMs !== null && Math.abs(line.driftMs) >= DRIFT_TOLD_MS ? line.driftMs : null
  const low =
    (line.usedShare !== null && line.usedShare >= SPACE_TOLD_SHARE) ||
    (line.freeBytes !== null && line.freeBytes < SPACE_TOLD_BYTES)
  const secure = window.isSecureContext
  if (drift === null && !low && !line.full && !letIn && secure) return null
  const by = drift === null ? null : durationPhrase(Math.abs(drift) / 1000)
  return (
    <div className="f-pad">
      {secure ? null : <Note kind="bad">{t('warn.insecure')}</Note>}
      {line.full ? (
        <Note kind="bad">{t('warn.noRoom')}</Note>
      ) : low ? (
        <Note kind="bad">{t('warn.full', { mb: Math.max(0, Math.round((line.freeBytes ?? 0) / MB)) })}</Note>
      ) : null}
      {drift !== null && by ? <Note>{t(drift > 0 ? 'warn.fast' : 'warn.slow', { by: text(by.key, by.values) })}</Note> : null}
      {letIn ? (
        <Note kind="calm">
          {t('warn.newVersion')}
          {always || line.waiting === 0 ? null : ` ${t('warn.newVersionQueue', { n: line.waiting })}`}
          <br />
          <button type="button" onClick={letIn}>
            {t('warn.update')}
          </button>
        </Note>
      ) : null}
    </div>
  )
}
