import { MAPPING_TIMES, type PayloadMapping, type StreamView } from '@chengyun/contract/streams'
import { AutoComplete, Button, Input, InputNumber, Select } from 'antd'
import { useId } from 'react'
import { useTranslation } from 'react-i18next'
import { usePreferences } from '../../preferences.tsx'
import { beyondForm, keyFrom, type MappedValue, readEach, type Steps, timeFrom, withinEach } from './mapping-edit.ts'
import { PayloadTree, type Picked } from './PayloadTree.tsx'
import { streamName } from './words.ts'

export interface MappingFormProps {
  mapping: PayloadMapping
  isNew: boolean
  /** The sample message; null where it is no JSON. */
  sample: unknown
  /** Streams of the device that is tried. */
  streams: readonly StreamView[]
  onChange: (mapping: PayloadMapping) => void
}

/** A mapping by pointing: values of a sample message become streams, its time and its device. */
export function MappingForm({ mapping: d, isNew, sample, streams, onChange }: MappingFormProps) {
  const { t } = useTranslation()
  const { language } = usePreferences()
  const id = useId()
  const set = (part: Partial<PayloadMapping>) => onChange({ ...d, ...part })
  const pick = (as: Picked, steps: Steps, example: unknown) => {
    const path = withinEach(steps, d.each)
    if (as === 'time') set({ time: timeFrom(path, example) })
    else if (as === 'device') set({ device: { ...d.device, from: 'path', path } })
    else if (as === 'each')
      onChange(
        readEach(
          d,
          steps.slice(
            0,
            steps.findIndex((s) => typeof s === 'number')
          )
        )
      )
    else if (!d.values?.some((v) => v.path === path)) set({ values: [...(d.values ?? []), { path, stream: keyFrom(steps) }] })
  }
  const used = new Map<string, string>((d.values ?? []).map((v) => [v.path, v.stream]))
  if (d.time) used.set(d.time.path, t('streams.at'))
  if (d.device.from === 'path' && d.device.path) used.set(d.device.path, t('streams.col.device'))
  const beyond = beyondForm(d)
  return (
    <div className="mapping-form">
      <div className="mapping-row">
        <label htmlFor={`${id}name`}>{t('streams.mapName')}</label>
        <Input
          id={`${id}name`}
          value={d.name[language]}
          maxLength={60}
          onChange={(e) =>
            set({ name: isNew ? { zh: e.target.value, en: e.target.value } : { ...d.name, [language]: e.target.value } })
          }
        />
      </div>
      <div className="mapping-row">
        <label htmlFor={`${id}key`}>{t('streams.mapKey')}</label>
        <Input id={`${id}key`} value={d.key} disabled={!isNew} maxLength={40} onChange={(e) => set({ key: e.target.value })} />
      </div>
      <div className="mapping-row">
        <label htmlFor={`${id}topic`}>{t('streams.field.topic')}</label>
        <Input
          id={`${id}topic`}
          value={d.topic ?? ''}
          placeholder="maker/{device}/data"
          maxLength={200}
          onChange={(e) => {
            const { topic: _, ...rest } = d
            onChange(e.target.value === '' ? rest : { ...rest, topic: e.target.value })
          }}
        />
      </div>
      <div className="mapping-row">
        <label htmlFor={`${id}device`}>{t('streams.mapDevice')}</label>
        <span className="mapping-pair">
          <Select
            id={`${id}device`}
            value={d.device.from}
            options={(['topic', 'account', 'path'] as const).map((value) => ({ value, label: t(`streams.mapDevice.${value}`) }))}
            onChange={(from) => set({ device: { ...d.device, from } })}
          />
          {d.device.from === 'account' ? null : (
            <Select
              aria-label={t('streams.mapBy')}
              value={d.device.by ?? 'code'}
              options={(['code', 'account'] as const).map((value) => ({ value, label: t(`streams.mapBy.${value}`) }))}
              onChange={(by) => set({ device: { ...d.device, by } })}
            />
          )}
          {d.device.from === 'path' ? <code translate="no">{d.device.path ?? t('streams.clickIt')}</code> : null}
        </span>
      </div>
      <div className="mapping-row">
        <span>{t('streams.mapTime')}</span>
        {d.time ? (
          <span className="mapping-pair">
            <code translate="no">{d.time.path}</code>
            <Select
              aria-label={t('streams.mapTime')}
              value={d.time.as}
              options={MAPPING_TIMES.map((value) => ({ value, label: t(`streams.mapTime.${value}`) }))}
              onChange={(as) =>
                set({
                  time: { path: d.time!.path, as, ...(as === 'text' && { format: d.time?.format ?? 'yyyy-MM-dd HH:mm:ss' }) }
                })
              }
            />
            {d.time.as === 'text' ? (
              <Input
                aria-label={t('streams.mapFormat')}
                value={d.time.format ?? ''}
                onChange={(e) => set({ time: { ...d.time!, format: e.target.value } })}
              />
            ) : null}
            <Remove
              name={t('streams.mapTime')}
              onClick={() => {
                const { time: _, ...rest } = d
                onChange(rest)
              }}
            />
          </span>
        ) : (
          <span className="streams-note">{t('streams.mapTimeNone')}</span>
        )}
      </div>
      {d.each === undefined ? null : (
        <div className="mapping-row">
          <span>{t('streams.mapEach')}</span>
          <span className="mapping-pair">
            <code translate="no">{d.each}</code>
            <Remove
              name={t('streams.mapEach')}
              onClick={() => {
                const { each: _, ...rest } = d
                onChange(rest)
              }}
            />
          </span>
        </div>
      )}
      {sample === null ? (
        <p className="late">{t('streams.sampleNotJson')}</p>
      ) : (
        <>
          <p className="streams-note">{t('streams.clickValues')}</p>
          <PayloadTree payload={sample} each={d.each} used={used} onPick={pick} />
        </>
      )}
      <Values
        values={d.values ?? []}
        streams={streams}
        onChange={(values) => {
          const { values: _, ...rest } = d
          onChange(values.length === 0 ? rest : { ...rest, values })
        }}
      />
      {beyond.length > 0 ? <p className="streams-note">{t('streams.beyondForm', { parts: beyond.join('、') })}</p> : null}
    </div>
  )
}

interface ValuesProps {
  values: readonly MappedValue[]
  streams: readonly StreamView[]
  onChange: (values: MappedValue[]) => void
}

function Values({ values, streams, onChange }: ValuesProps) {
  const { t } = useTranslation()
  const { language } = usePreferences()
  if (values.length === 0) return null
  const set = (i: number, v: MappedValue) => onChange(values.map((old, n) => (n === i ? v : old)))
  const linear = (v: MappedValue, name: 'scale' | 'offset', n: number | null): MappedValue => {
    const { [name]: _, ...rest } = v
    return n === null ? rest : { ...rest, [name]: n }
  }
  return (
    <div className="streams-scroll">
      <table className="streams-table mapping-values">
        <thead>
          <tr>
            {['place', 'stream', 'scale', 'offset', 'act'].map((c) => (
              <th key={c} scope="col">
                {t(`streams.map.${c}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {values.map((v, i) => (
            <tr key={v.path}>
              <td>
                <code translate="no">{v.path}</code>
              </td>
              <td>
                <AutoComplete
                  size="small"
                  aria-label={t('streams.streamOf', { path: v.path })}
                  value={v.stream}
                  options={streams.map((s) => ({ value: s.key, label: `${s.key} · ${streamName(s, language)}` }))}
                  onChange={(stream: string) => set(i, { ...v, stream })}
                />
              </td>
              <td>
                <InputNumber
                  size="small"
                  aria-label={t('streams.map.scale')}
                  value={v.scale ?? null}
                  placeholder="1"
                  onChange={(n) => set(i, linear(v, 'scale', n))}
                />
              </td>
              <td>
                <InputNumber
                  size="small"
                  aria-label={t('streams.map.offset')}
                  value={v.offset ?? null}
                  placeholder="0"
                  onChange={(n) => set(i, linear(v, 'offset', n))}
                />
              </td>
              <td>
                <Remove name={v.path} onClick={() => onChange(values.filter((_, n) => n !== i))} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Remove({ name, onClick }: { name: string; onClick: () => void }) {
  const { t } = useTranslation()
  return (
    <Button size="small" type="text" aria-label={t('streams.takeAway', { name })} onClick={onClick}>
      ×
    </Button>
  )
}
