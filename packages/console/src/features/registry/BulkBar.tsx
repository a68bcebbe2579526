import type { BulkInput, BulkPreview, BulkView, ItemPage, TypeDetail } from '@chengyun/contract/registry'
import { formatNumber } from '@chengyun/ui'
import { Alert, App, Button, Input, Modal, Progress, Select } from 'antd'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { api } from '../../api/client.ts'
import { newKey } from '../../api/key.ts'
import { usePreferences } from '../../preferences.tsx'
import { type ItemFilters, narrowing } from './address.ts'
import { BulkField } from './BulkField.tsx'
import { BulkLeft, BulkRecent, followBulk, useBulkUndo } from './BulkRecent.tsx'
import { factsOf } from './draft.ts'
import { FieldChanges } from './FieldChanges.tsx'
import { totalText } from './ItemFilters.tsx'
import { bulkFields } from './layout.ts'
import { useFresh } from './useFresh.ts'
import { useFieldName } from './words.ts'

export interface BulkBarProps {
  register: TypeDetail
  codes: readonly string[]
  filters: ItemFilters
  total: ItemPage['total'] | null
  /** Every row that was loaded is marked: the whole filter may be meant. */
  whole: boolean
  onClear: () => void
}

/** Acts on the marked items: a field of all of them, previewed, applied and taken back; their plates. */
export function BulkBar({ register, codes, filters, total, whole, onClear }: BulkBarProps) {
  const { t } = useTranslation()
  const [all, setAll] = useState(false)
  const [open, setOpen] = useState(false)
  if (codes.length === 0) return null
  const filter = Object.fromEntries(narrowing(filters).map((k) => [k, filters[k] ?? '']))
  const chosen: Pick<BulkInput, 'type' | 'codes' | 'filter'> =
    all && whole ? { type: register.id, filter } : { type: register.id, codes: [...codes] }
  const plates = all && whole ? new URLSearchParams(filter) : new URLSearchParams({ codes: codes.slice(0, 200).join(',') })
  return (
    <section className="bulk reg-bulk" aria-label={t('registry.bulk')}>
      <b>{all && whole ? totalText(t, total) : t('registry.marked', { count: codes.length })}</b>
      {whole && !all ? (
        <Button size="small" type="link" onClick={() => setAll(true)}>
          {t('registry.takeAll', { total: totalText(t, total) })}
        </Button>
      ) : null}
      {register.can.edit ? (
        <Button size="small" type="primary" onClick={() => setOpen(true)}>
          {t('registry.bulkEdit')}
        </Button>
      ) : null}
      <Link href={`/registers/plates/${register.id}?${plates}`}>
        <Button size="small">{t('registry.plates')}</Button>
      </Link>
      <Button size="small" type="text" onClick={onClear}>
        {t('registry.unmark')}
      </Button>
      <Modal open={open} title={t('registry.bulkEdit')} width={640} footer={null} destroyOnHidden onCancel={() => setOpen(false)}>
        <BulkEdit
          register={register}
          chosen={chosen}
          onDone={() => {
            setOpen(false)
            onClear()
          }}
        />
      </Modal>
    </section>
  )
}

interface BulkEditProps {
  register: TypeDetail
  chosen: Pick<BulkInput, 'type' | 'codes' | 'filter'>
  onDone: () => void
}

function BulkEdit({ register, chosen, onDone }: BulkEditProps) {
  const { t } = useTranslation()
  const { language } = usePreferences()
  const fieldName = useFieldName()
  const fresh = useFresh()
  const { notification } = App.useApp()
  const d = register.declaration
  const fields = useMemo(() => bulkFields(d), [d])
  const [field, setField] = useState<string | null>(null)
  const [value, setValue] = useState<unknown>(null)
  const [note, setNote] = useState('')
  const [preview, setPreview] = useState<BulkPreview | null>(null)
  const [running, setRunning] = useState<BulkView | null>(null)
  const [error, setError] = useState<Error | null>(null)
  const [busy, setBusy] = useState(false)
  const body = (): BulkInput => ({
    ...chosen,
    changes: field ? factsOf(d, { [field]: value }, [field]) : {},
    ...(note.trim() ? { note: note.trim() } : {})
  })
  const guarded = async (work: () => Promise<void>) => {
    setBusy(true)
    setError(null)
    try {
      await work()
    } catch (e) {
      setError(e as Error)
    } finally {
      setBusy(false)
    }
  }
  const look = () => guarded(async () => setPreview(await api<BulkPreview>('/registry/bulk/preview', { body: body() })))
  const undo = useBulkUndo()
  const apply = () =>
    guarded(async () => {
      const made = await api<BulkView>('/registry/bulk', { body: body(), idempotencyKey: newKey() })
      const view = await followBulk(made, setRunning)
      fresh()
      if (view.state === 'failed') throw new Error(t('registry.bulkFailed'))
      notification.success({
        key: view.id,
        title: t('registry.bulkDone', { count: view.progress.done }),
        duration: 20,
        actions: view.can.includes('undo') ? (
          <Button
            size="small"
            onClick={() => {
              notification.destroy(view.id)
              void undo(view)
            }}
          >
            {t('registry.undo')}
          </Button>
        ) : null,
        ...(view.skipped > 0 ? { description: <BulkLeft view={view} /> } : {})
      })
      onDone()
    })
  const change = (next: () => void) => {
    next()
    setPreview(null)
  }
  const faulty = (preview?.faults.length ?? 0) > 0
  return (
    <div className="reg-bulk-edit">
      {error ? <Alert type="error" showIcon title={error.message} /> : null}
      <div className="reg-bulk-row">
        <Select
          value={field}
          showSearch={{ optionFilterProp: 'label' }}
          placeholder={t('registry.bulkField')}
          aria-label={t('registry.bulkField')}
          options={fields.map((f) => ({ value: f, label: fieldName(d, f) }))}
          onChange={(next: string) =>
            change(() => {
              setField(next)
              setValue(null)
            })
          }
        />
        {field ? <BulkField register={register} field={field} value={value} onChange={(v) => change(() => setValue(v))} /> : null}
      </div>
      <Input
        value={note}
        maxLength={500}
        placeholder={t('registry.whyOptional')}
        aria-label={t('registry.whyOptional')}
        onChange={(e) => setNote(e.target.value)}
      />
      {preview ? (
        <section className="reg-preview" aria-live="polite">
          <p>
            <b>{t('registry.bulkCount', { n: formatNumber(preview.count) })}</b>{' '}
            {preview.unchanged > 0 ? t('registry.bulkUnchanged', { n: formatNumber(preview.unchanged) }) : ''}
          </p>
          {preview.faults.map((f) => (
            <p key={`${f.code} ${f.field}`} className="late">
              {f.code} {f[language]}
            </p>
          ))}
          {preview.sample.map((s) => (
            <div key={s.code} className="reg-preview-item">
              <code>{s.code}</code>
              <FieldChanges register={register} fields={s.fields} />
            </div>
          ))}
        </section>
      ) : null}
      {running && busy ? (
        <Progress percent={running.progress.total ? Math.round((running.progress.done / running.progress.total) * 100) : 0} />
      ) : null}
      <p className="reg-removal-acts">
        {preview && !faulty && preview.count > 0 ? (
          <Button type="primary" loading={busy} onClick={() => void apply()}>
            {t('registry.bulkApply', { n: formatNumber(preview.count) })}
          </Button>
        ) : (
          <Button type="primary" loading={busy} disabled={!field} onClick={() => void look()}>
            {t('registry.bulkLook')}
          </Button>
        )}
      </p>
      <BulkRecent register={register} />
    </div>
  )
}
