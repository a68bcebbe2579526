import type { DeviceView, MappingView, PayloadMapping } from '@chengyun/contract/streams'
import { EmptyState, Skeleton } from '@chengyun/ui'
import { Button, Input, Popconfirm, Segmented, Select, Switch } from 'antd'
import { useDeferredValue, useId, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useLocation } from 'wouter'
import { api } from '../../api/client.ts'
import { useStreams } from '../../api/streams.ts'
import { QueryError } from '../../parts/states.tsx'
import { useAct } from '../../parts/useAct.tsx'
import { usePreferences } from '../../preferences.tsx'
import { isJson } from './DeviceForm.tsx'
import { useDevices, useMappings } from './devices-data.ts'
import { MappingForm } from './MappingForm.tsx'
import { MappingTrial } from './MappingTrial.tsx'

/** A beginning: the device is named in the topic, its values are clicked. */
const BLANK: PayloadMapping = {
  key: 'my-devices',
  name: { zh: 'my-devices', en: 'my-devices' },
  topic: 'my/{device}/data',
  device: { from: 'topic', by: 'code' }
}

/** How payloads of devices that know no standard of ours become readings. */
export default function Mappings({ open }: { open: string | null }) {
  const { t } = useTranslation()
  const { language } = usePreferences()
  const [, navigate] = useLocation()
  const found = useMappings()
  if (found.isPending) return <Skeleton lines={8} />
  if (found.isError && !found.data) return <QueryError of={found} />
  const rows = found.data
  const chosen = rows.find((m) => m.declaration.key === open)
  return (
    <>
      <header className="streams-head">
        <h1>{t('streams.mappings')}</h1>
        <p>{t('streams.mappingsHint')}</p>
      </header>
      <div className="mapping-page">
        <nav aria-label={t('streams.mappings')}>
          <ul className="mapping-list">
            {rows.map((m) => (
              <li key={m.id}>
                <Link href={`/streams/mappings/${m.declaration.key}`} className={m === chosen ? 'on' : ''}>
                  <span translate="no">{m.declaration.name[language]}</span>
                  <small>
                    {m.declaration.topic ?? m.declaration.key}
                    {m.enabled ? '' : ` · ${t('streams.off')}`}
                  </small>
                </Link>
              </li>
            ))}
          </ul>
          <Button size="small" onClick={() => navigate('/streams/mappings/new')}>
            {t('streams.addMapping')}
          </Button>
        </nav>
        {open === null ? (
          <EmptyState title={t('streams.noMapping')} hint={t('streams.noMappingHint')} />
        ) : open !== 'new' && !chosen ? (
          <EmptyState title={t('streams.mappingGone')} />
        ) : (
          <Editor key={`${open} ${chosen?.version ?? 0}`} mapping={chosen ?? null} />
        )}
      </div>
    </>
  )
}

const SAMPLE = '{"ts": 1782880200, "data": {"t": 21.5, "h": 48}}'

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return null
  }
}

function Editor({ mapping }: { mapping: MappingView | null }) {
  const { t } = useTranslation()
  const [, navigate] = useLocation()
  const { act, busy } = useAct(['mappings'])
  const [declaration, setDeclaration] = useState<PayloadMapping>(mapping?.declaration ?? BLANK)
  const [text, setText] = useState<string | null>(null)
  const [enabled, setEnabled] = useState(mapping?.enabled ?? true)
  const [payload, setPayload] = useState(SAMPLE)
  const [device, setDevice] = useState<DeviceView | null>(null)
  const [topic, setTopic] = useState<string | null>(null)
  const valid = text === null || isJson(text)
  const said =
    topic ??
    declaration.topic?.replace('{device}', (declaration.device.by === 'account' ? device?.account : device?.code) ?? '+') ??
    ''
  const streams = useStreams({ type: device?.thing.register ?? '', item: device?.thing.code ?? '' }, device !== null)
  const sample = useMemo(() => parsed(payload), [payload])
  const tried = useDeferredValue(declaration)
  const change = (next: string) => {
    setText(next)
    if (isJson(next)) setDeclaration(JSON.parse(next) as PayloadMapping)
  }
  const save = async () => {
    const body = { declaration, enabled, version: mapping?.version ?? null }
    const done = await act(() => api<MappingView>(`/streams/mappings/${declaration.key}`, { method: 'PUT', body }), {
      done: t('streams.saved')
    })
    if (done) navigate(`/streams/mappings/${done.declaration.key}`)
  }
  const remove = async () => {
    const done = await act(
      async () => (await api(`/streams/mappings/${mapping?.declaration.key}`, { method: 'DELETE' })) ?? true,
      { done: t('streams.mappingRemoved') }
    )
    if (done) navigate('/streams/mappings')
  }
  return (
    <section>
      <div className="mapping-cols">
        <div>
          <div className="mapping-head">
            <h2>{t('streams.declaration')}</h2>
            <Segmented
              size="small"
              value={text === null ? 'form' : 'json'}
              options={[
                { value: 'form', label: t('streams.asForm'), disabled: !valid },
                { value: 'json', label: 'JSON' }
              ]}
              onChange={(v) => setText(v === 'json' ? JSON.stringify(declaration, null, 2) : null)}
            />
          </div>
          {text === null ? (
            <MappingForm
              mapping={declaration}
              isNew={mapping === null}
              sample={sample}
              streams={streams.data?.pages.flatMap((p) => p.items) ?? []}
              onChange={setDeclaration}
            />
          ) : (
            <Input.TextArea
              className="streams-code"
              autoSize={{ minRows: 16, maxRows: 30 }}
              spellCheck={false}
              value={text}
              status={valid ? '' : 'error'}
              aria-label={t('streams.declaration')}
              onChange={(e) => change(e.target.value)}
            />
          )}
          {valid ? null : <p className="late">{t('streams.notJson')}</p>}
          <p className="mapping-acts">
            <Switch checked={enabled} onChange={setEnabled} aria-label={t('streams.field.enabled')} />{' '}
            {t('streams.field.enabled')}
            <Button type="primary" disabled={!valid} loading={busy} onClick={() => void save()}>
              {t('streams.save')}
            </Button>
            {mapping ? (
              <Popconfirm title={t('streams.removeMappingSure')} onConfirm={() => void remove()}>
                <Button danger type="text" loading={busy}>
                  {t('streams.remove')}
                </Button>
              </Popconfirm>
            ) : null}
          </p>
        </div>
        <div>
          <h2>{t('streams.trial')}</h2>
          <SampleFields payload={payload} topic={said} onPayload={setPayload} onTopic={setTopic} onDevice={setDevice} />
          {declaration.device.from === 'topic' && said.includes('+') ? (
            <p className="streams-note">{t('streams.sampleChoose')}</p>
          ) : (
            <MappingTrial
              declaration={tried}
              payload={payload}
              topic={said.includes('+') ? '' : said}
              account={device?.account ?? ''}
            />
          )}
        </div>
      </div>
    </section>
  )
}

interface SampleFieldsProps {
  payload: string
  topic: string
  onPayload: (text: string) => void
  onTopic: (text: string) => void
  onDevice: (device: DeviceView) => void
}

/** A real message of a device: who sent it, on which topic, what it said. */
function SampleFields({ payload, topic, onPayload, onTopic, onDevice }: SampleFieldsProps) {
  const { t } = useTranslation()
  const id = useId()
  const [q, setQ] = useState('')
  const found = useDevices(q === '' ? {} : { q })
  const devices = found.data?.pages[0]?.items ?? []
  return (
    <div className="mapping-form">
      <div className="mapping-row">
        <label htmlFor={`${id}device`}>{t('streams.sampleDevice')}</label>
        <Select
          id={`${id}device`}
          showSearch={{ onSearch: setQ, filterOption: false }}
          placeholder={t('streams.searchDevice')}
          loading={found.isFetching}
          options={devices.map((d) => ({ value: d.id, label: `${d.name || d.code} · ${d.account}` }))}
          onChange={(value: string) => {
            const chosen = devices.find((d) => d.id === value)
            if (chosen) onDevice(chosen)
          }}
        />
      </div>
      <div className="mapping-row">
        <label htmlFor={`${id}topic`}>{t('streams.field.topic')}</label>
        <Input id={`${id}topic`} value={topic} maxLength={300} onChange={(e) => onTopic(e.target.value)} />
      </div>
      <label htmlFor={`${id}payload`}>{t('streams.field.payload')}</label>
      <Input.TextArea
        id={`${id}payload`}
        className="streams-code"
        autoSize={{ minRows: 4, maxRows: 12 }}
        spellCheck={false}
        value={payload}
        onChange={(e) => onPayload(e.target.value)}
      />
    </div>
  )
}
