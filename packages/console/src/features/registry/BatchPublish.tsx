import { DIFF_KINDS, type BatchPublish as Publish } from '@chengyun/contract/registry'
import { formatDateTime, formatNumber } from '@chengyun/ui'
import { Alert, Button, Checkbox, Input } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Static } from 'typebox'
import { Link } from 'wouter'
import { api } from '../../api/client.ts'
import { newKey } from '../../api/key.ts'
import { usePreferences } from '../../preferences.tsx'
import type { BatchPartProps } from './BatchPage.tsx'
import { useFresh } from './useFresh.ts'

/** Publication: what will happen to the register, said before it happens; and what did. */
export function BatchPublish({ batch, register }: BatchPartProps) {
  const { t } = useTranslation()
  const { language } = usePreferences()
  const fresh = useFresh()
  const [note, setNote] = useState('')
  const [despite, setDespite] = useState(false)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<Error | null>(null)
  const c = batch.comparison?.total
  const sentence = c
    ? t('registry.willChange', Object.fromEntries([...DIFF_KINDS, 'same' as const].map((k) => [k, formatNumber(c[k])])))
    : t('registry.willAdd', { n: formatNumber(batch.totals.accepted) })
  if (batch.state === 'published')
    return (
      <section className="reg-published">
        <Alert
          type="success"
          showIcon
          title={t(batch.kind === 'census' ? 'registry.censusPublished' : 'registry.importPublished', {
            n: formatNumber(batch.totals.accepted)
          })}
          description={`${batch.publishedByName ?? ''} ${formatDateTime(batch.publishedAt)}${batch.note ? ` · ${batch.note}` : ''}`}
        />
        {c ? (
          <p>
            {t('registry.hasChanged', Object.fromEntries([...DIFF_KINDS, 'same' as const].map((k) => [k, formatNumber(c[k])])))}
          </p>
        ) : null}
        <Link href={`/registers/list/${register.id}`}>
          <Button type="primary">{t('registry.toRegister', { name: register.declaration.name[language] })}</Button>
        </Link>
      </section>
    )
  const quality = batch.quality
  const doubtful = batch.kind === 'census' && quality !== null && !quality.passed
  const send = async () => {
    setBusy(true)
    setError(null)
    const body: Static<typeof Publish> = { ...(note.trim() ? { note: note.trim() } : {}), ...(despite ? { despite } : {}) }
    try {
      await api(`/registry/batches/${batch.id}/publish`, { body, idempotencyKey: newKey() })
      fresh()
    } catch (e) {
      setError(e as Error)
    } finally {
      setBusy(false)
    }
  }
  return (
    <section className="reg-publish">
      {error ? <Alert type="error" showIcon title={error.message} /> : null}
      <p className="reg-lead">{sentence}</p>
      {doubtful ? (
        <Alert
          type="warning"
          showIcon
          title={t('registry.notPassed')}
          description={quality.reasons.map((r) => r[language]).join(language === 'zh' ? '；' : '; ')}
        />
      ) : null}
      <Input.TextArea
        value={note}
        maxLength={500}
        autoSize={{ minRows: 2, maxRows: 5 }}
        placeholder={t(doubtful ? 'registry.despiteWhy' : 'registry.publishNote')}
        aria-label={t(doubtful ? 'registry.despiteWhy' : 'registry.publishNote')}
        onChange={(e) => setNote(e.target.value)}
      />
      {doubtful ? (
        <Checkbox checked={despite} onChange={(e) => setDespite(e.target.checked)}>
          {t('registry.despite')}
        </Checkbox>
      ) : null}
      <p>
        <Button
          type="primary"
          loading={busy || batch.state === 'publishing'}
          disabled={doubtful && (!despite || note.trim() === '')}
          onClick={() => void send()}
        >
          {t(batch.kind === 'census' ? 'registry.publishCensus' : 'registry.publishImport')}
        </Button>{' '}
        <span className="reg-hint">{t('registry.publishHint')}</span>
      </p>
    </section>
  )
}
