import { type BatchFile, type BatchFileEdit, type BatchView, ENCODINGS, type TypeDetail } from '@chengyun/contract/registry'
import { formatNumber } from '@chengyun/ui'
import { Alert, Button, Select } from 'antd'
import { useTranslation } from 'react-i18next'
import { api } from '../../api/client.ts'
import { useAct } from '../../parts/useAct.tsx'
import { usePreferences } from '../../preferences.tsx'
import { ColumnTable } from './ColumnTable.tsx'
import { crsName, crsOptions } from './crs.ts'

export interface FileCardProps {
  batch: BatchView
  register: TypeDetail
  file: BatchFile
}

/** A file: what was found in it, and what its columns mean. Every change is kept at once. */
export function FileCard({ batch, register, file }: FileCardProps) {
  const { t } = useTranslation()
  const { language } = usePreferences()
  const { act, busy } = useAct(['registry'])
  const may = batch.can.includes('upload')
  const path = `/registry/batches/${batch.id}/files/${file.no}`
  const edit = (change: BatchFileEdit) =>
    void act(() => api(path, { method: 'PUT', body: change }), { done: t('registry.mappingKept') })
  const drop = () => void act(() => api(path, { method: 'DELETE' }), { done: t('registry.fileDropped', { name: file.name }) })
  return (
    <section className="reg-file" aria-label={file.name}>
      <header>
        <h2>{file.name}</h2>
        <span className="reg-hint">
          {t(`registry.fileFormat.${file.format}`)} · {sizeText(file.sizeBytes)} ·{' '}
          {t('registry.columnCount', { n: file.columns.length })}
        </span>
        {may ? (
          <Button size="small" type="text" disabled={busy} onClick={drop}>
            {t('registry.dropFileOut')}
          </Button>
        ) : null}
      </header>
      <div className="reg-file-facts">
        {file.layers.length > 1 ? (
          <Choice
            label={t('registry.layer')}
            value={file.layers[0] ?? ''}
            options={file.layers.map((value) => ({ value, label: value }))}
            disabled={!may}
            onChange={(layer) => edit({ layer })}
          />
        ) : null}
        <Choice
          label={t('registry.crs')}
          value={file.crs}
          options={crsOptions(file.crs).map((value) => ({ value, label: crsName(value, t) }))}
          disabled={!may}
          onChange={(crs) => edit({ crs })}
          note={t(`registry.crsFrom.${file.crsFrom}`)}
        />
        {file.format === 'csv' || file.format === 'shp' ? (
          <Choice
            label={t('registry.encoding')}
            value={file.encoding}
            options={ENCODINGS.map((value) => ({ value, label: value.toUpperCase() }))}
            disabled={!may}
            onChange={(encoding) => edit({ encoding: encoding as BatchFile['encoding'] })}
          />
        ) : null}
        <span className="reg-hint">{t(`registry.mappingFrom.${file.mappingFrom}`)}</span>
      </div>
      {file.missing.length > 0 ? (
        <Alert type="warning" showIcon title={file.missing.map((m) => m[language]).join(language === 'zh' ? '；' : '; ')} />
      ) : null}
      <ColumnTable register={register} file={file} disabled={!may || busy} onChange={(mapping) => edit({ mapping })} />
    </section>
  )
}

interface ChoiceProps {
  label: string
  value: string
  options: { value: string; label: string }[]
  disabled: boolean
  onChange: (value: string) => void
  note?: string
}

function Choice({ label, value, options, disabled, onChange, note }: ChoiceProps) {
  return (
    <span className="reg-choice">
      {label}
      <Select
        value={value}
        size="small"
        aria-label={label}
        disabled={disabled}
        showSearch={{ optionFilterProp: 'label' }}
        popupMatchSelectWidth={false}
        options={options}
        onChange={onChange}
      />
      {note ? <small className="reg-hint">{note}</small> : null}
    </span>
  )
}

/** A size in the unit that suits it. */
function sizeText(bytes: number): string {
  return bytes < 1_048_576 ? `${formatNumber(Math.max(1, bytes / 1024))} KB` : `${formatNumber(bytes / 1_048_576, 1)} MB`
}
