import { useState } from 'react'
import type { Kept } from '../draft/store.ts'
import { t } from '../i18n.ts'
import { Icon } from '../parts/Icon.tsx'
import { hrefOf } from '../router.tsx'

/** The key to a report, in groups that can be read aloud; copied, shared, written down. */
export function Tracking({ kept, isNew }: { kept: Kept; isNew: boolean }) {
  const [says, setSays] = useState('')
  const code = kept.trackingCode
  const url = location.origin + hrefOf(`/r/${kept.caseNo}`)
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(code)
      setSays(t('tracking.copied'))
    } catch {
      setSays(t('tracking.byHand'))
    }
  }
  return (
    <section className="ticket" aria-label={t('tracking.title')}>
      <h2>{t('tracking.title')}</h2>
      <p className="ticket-code" translate="no">
        {code.slice(0, 3)} {code.slice(3, 6)} {code.slice(6)}
      </p>
      <p className="small quiet">{t(isNew ? 'tracking.keep' : 'tracking.kept')}</p>
      <div className="row">
        <button type="button" className="button" onClick={() => void copy()}>
          <Icon name="copy" />
          {t('tracking.copy')}
        </button>
        {'share' in navigator ? (
          <button
            type="button"
            className="button"
            onClick={() =>
              void navigator.share({ title: t('app.name'), text: t('tracking.share', { code }), url }).catch(() => undefined)
            }
          >
            <Icon name="share" />
            {t('tracking.send')}
          </button>
        ) : null}
      </div>
      <p role="status" className="small">
        {says}
      </p>
    </section>
  )
}
