import type { BatchCreate, BatchView } from '@chengyun/contract/registry'
import { Alert, Input, Modal, Radio, Select } from 'antd'
import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'
import { api } from '../../api/client.ts'
import { newKey } from '../../api/key.ts'
import { useDistricts } from '../../api/reference.ts'
import { usePreferences } from '../../preferences.tsx'
import { useRegister, useTypes } from './data.ts'

type Options = Required<Pick<NonNullable<BatchCreate['options']>, 'existing' | 'outside' | 'faulty'>>

const CHOICES = {
  existing: ['update', 'skip', 'reject'],
  outside: ['reject', 'keep'],
  faulty: ['reject', 'blank']
} as const

/** Begins an import, or opens a census: of which register, which part of it, and what happens to rows that are not as they should be. */
export function BatchNew({
  kind,
  type: given,
  onClose
}: {
  kind: BatchCreate['kind']
  type: string | null
  onClose: () => void
}) {
  const { t } = useTranslation()
  const { language } = usePreferences()
  const [, navigate] = useLocation()
  const types = (useTypes().data ?? []).filter((r) => r.state === 'active')
  const [type, setType] = useState(given ?? 'component')
  const [name, setName] = useState('')
  const [options, setOptions] = useState<Options>({ existing: 'update', outside: 'reject', faulty: 'reject' })
  const [scope, setScope] = useState<{ districts: string[]; classes: string[] }>({ districts: [], classes: [] })
  const [error, setError] = useState<Error | null>(null)
  const [busy, setBusy] = useState(false)
  const districts = useDistricts()
  const register = useRegister(type).data
  const id = useId()
  const shown = types.find((r) => r.id === type)?.declaration.name[language] ?? ''
  const usual = t(kind === 'census' ? 'registry.censusName' : 'registry.importName', {
    register: shown,
    day: new Date().toLocaleDateString('sv-SE')
  })
  const send = async () => {
    setBusy(true)
    setError(null)
    const body: BatchCreate = {
      type,
      kind,
      name: name.trim() || usual,
      options,
      ...(kind === 'census' ? { scope } : {})
    }
    try {
      const made = await api<BatchView>('/registry/batches', { body, idempotencyKey: newKey() })
      navigate(`/registers/batches/${made.id}`)
    } catch (e) {
      setError(e as Error)
      setBusy(false)
    }
  }
  return (
    <Modal
      open
      title={t(kind === 'census' ? 'registry.openCensus' : 'registry.importFile')}
      okText={t('registry.begin')}
      cancelText={t('registry.cancel')}
      confirmLoading={busy}
      onOk={() => void send()}
      onCancel={onClose}
    >
      <div className="reg-new-batch">
        {error ? <Alert type="error" showIcon title={error.message} /> : null}
        <label htmlFor={`${id}type`}>{t('registry.batchRegister')}</label>
        <Select
          id={`${id}type`}
          value={type}
          options={types.map((r) => ({ value: r.id, label: r.declaration.name[language] }))}
          onChange={setType}
        />
        <label htmlFor={`${id}name`}>{t('registry.batchName')}</label>
        <Input id={`${id}name`} value={name} maxLength={100} placeholder={usual} onChange={(e) => setName(e.target.value)} />
        {kind === 'census' ? (
          <>
            <label htmlFor={`${id}districts`}>{t('registry.scopeDistricts')}</label>
            <Select
              id={`${id}districts`}
              mode="multiple"
              value={scope.districts}
              placeholder={t('registry.scopeAll')}
              options={districts.map((d) => ({ value: d.code, label: d.name }))}
              onChange={(next: string[]) => setScope({ ...scope, districts: next })}
            />
            {register?.classes.length ? (
              <>
                <label htmlFor={`${id}classes`}>{t('registry.scopeClasses')}</label>
                <Select
                  id={`${id}classes`}
                  mode="multiple"
                  value={scope.classes}
                  placeholder={t('registry.scopeAll')}
                  showSearch={{ optionFilterProp: 'label' }}
                  options={register.classes.map((c) => ({
                    value: c.code,
                    label: `${c.code} ${language === 'en' && c.nameEn ? c.nameEn : c.name}`
                  }))}
                  onChange={(next: string[]) => setScope({ ...scope, classes: next })}
                />
              </>
            ) : null}
            <p className="reg-hint">{t('registry.scopeHint')}</p>
          </>
        ) : null}
        {(Object.keys(CHOICES) as (keyof Options)[])
          .filter((key) => kind === 'import' || key !== 'existing')
          .map((key) => (
            <fieldset key={key}>
              <legend>{t(`registry.option.${key}`)}</legend>
              <Radio.Group
                value={options[key]}
                options={CHOICES[key].map((value) => ({ value, label: t(`registry.option.${key}.${value}`) }))}
                onChange={(e) => setOptions({ ...options, [key]: e.target.value })}
              />
            </fieldset>
          ))}
      </div>
    </Modal>
  )
}
