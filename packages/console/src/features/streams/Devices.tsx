import { DEVICE_PROTOCOLS, DEVICE_STATES, type DeviceState, type DeviceView } from '@chengyun/contract/streams'
import { EmptyState, formatNumber, formatShort, useNow } from '@chengyun/ui'
import { useQueryClient } from '@tanstack/react-query'
import { Button, Checkbox, Input, Modal, Select } from 'antd'
import dayjs from 'dayjs'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useLocation, useSearchParams } from 'wouter'
import { useLiveNamed } from '../../api/live.ts'
import { useMay } from '../../api/session.ts'
import { ListState, LoadMore } from '../../parts/states.tsx'
import { DeviceForm } from './DeviceForm.tsx'
import { DEVICE_FILTERS, type DeviceFilters, useDevices } from './devices-data.ts'

const SOON_DAYS = 30

/** The devices that send: heard or not, with which account, when they have to be calibrated. */
export default function Devices() {
  const { t } = useTranslation()
  const may = useMay()
  const client = useQueryClient()
  const [, navigate] = useLocation()
  const [params, setParams] = useSearchParams()
  const [adding, setAdding] = useState(false)
  const filters = useMemo(() => {
    const out: DeviceFilters = {}
    for (const key of DEVICE_FILTERS) {
      const value = params.get(key)
      if (value) out[key] = value
    }
    return out
  }, [params])
  const list = useDevices(filters)
  const rows = list.data?.pages.flatMap((p) => p.items) ?? []
  useLiveNamed(['streams.deviceOnline', 'streams.deviceOffline'], () => void client.invalidateQueries({ queryKey: ['devices'] }))
  const set = (key: string, value: string | null) =>
    setParams(
      (old) => {
        const next = new URLSearchParams(old)
        if (value) next.set(key, value)
        else next.delete(key)
        return next
      },
      { replace: true }
    )
  const soon = dayjs().add(SOON_DAYS, 'day').format('YYYY-MM-DD')
  return (
    <>
      <header className="streams-head">
        <h1>
          {t('streams.devices')}{' '}
          <small>{list.data ? t('streams.deviceCount', { n: formatNumber(list.data.pages[0]?.total ?? 0) }) : ''}</small>
        </h1>
        <p>{t('streams.devicesHint')}</p>
      </header>
      <div className="streams-tools">
        <Input.Search
          size="small"
          style={{ width: 220 }}
          defaultValue={filters.q ?? ''}
          placeholder={t('streams.searchDevice')}
          aria-label={t('streams.searchDevice')}
          onSearch={(v) => set('q', v.trim() || null)}
        />
        <Filter
          name={t('streams.deviceState')}
          value={filters.state}
          options={DEVICE_STATES.map((value) => ({ value, label: t(`streams.device.${value}`) }))}
          onChange={(v) => set('state', v)}
        />
        <Filter
          name={t('streams.protocol')}
          value={filters.protocol}
          options={DEVICE_PROTOCOLS.map((value) => ({ value, label: t(`streams.protocol.${value}`) }))}
          onChange={(v) => set('protocol', v)}
        />
        <Checkbox
          checked={filters.calibrationDueBy !== undefined}
          onChange={(e) => set('calibrationDueBy', e.target.checked ? soon : null)}
        >
          {t('streams.calibrationSoon', { n: SOON_DAYS })}
        </Checkbox>
        <Checkbox checked={filters.faulty === 'true'} onChange={(e) => set('faulty', e.target.checked ? 'true' : null)}>
          {t('streams.faulty')}
        </Checkbox>
        {may('streams:config') ? (
          <Button size="small" type="primary" className="streams-add" onClick={() => setAdding(true)}>
            {t('streams.addDevice')}
          </Button>
        ) : null}
      </div>
      <ListState
        of={list}
        rows={rows.length}
        lines={10}
        none={
          <EmptyState
            title={t('streams.noDevices')}
            hint={t('streams.noDevicesHint')}
            action={
              may('streams:config') ? (
                <Link href="/streams/provision">
                  <Button size="small">{t('streams.provision')}</Button>
                </Link>
              ) : null
            }
          />
        }
      />
      {rows.length > 0 ? <DeviceTable rows={rows} /> : null}
      <LoadMore list={list} />
      {adding ? (
        <Modal open title={t('streams.addDevice')} footer={null} onCancel={() => setAdding(false)} destroyOnHidden>
          <DeviceForm
            onMade={(id) => {
              setAdding(false)
              navigate(`/streams/devices/${id}`)
            }}
          />
        </Modal>
      ) : null}
    </>
  )
}

interface FilterProps {
  name: string
  value: string | undefined
  options: { value: string; label: string }[]
  onChange: (value: string | null) => void
}

function Filter({ name, value, options, onChange }: FilterProps) {
  return (
    <Select
      size="small"
      allowClear
      variant="filled"
      style={{ width: 112 }}
      popupMatchSelectWidth={false}
      aria-label={name}
      placeholder={name}
      value={value ?? null}
      options={options}
      onChange={(v: string | null) => onChange(v ?? null)}
    />
  )
}

function DeviceTable({ rows }: { rows: readonly DeviceView[] }) {
  const { t } = useTranslation()
  const now = useNow(60)
  const today = dayjs().format('YYYY-MM-DD')
  return (
    <div className="streams-scroll">
      <table className="streams-table">
        <thead>
          <tr>
            {['deviceState', 'device', 'thing', 'protocol', 'account', 'heard', 'calibration', 'faults'].map((c) => (
              <th key={c} scope="col">
                {t(`streams.col.${c}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((d) => (
            <tr key={d.id} className={d.enabled ? '' : 'off'}>
              <td>
                <DeviceMark state={d.state} />
              </td>
              <th scope="row">
                <Link href={`/streams/devices/${d.id}`}>{d.name || d.code}</Link>
                <small>{d.code}</small>
              </th>
              <td>
                <Link href={`/streams/thing/${d.thing.register}/${encodeURIComponent(d.thing.code)}`}>
                  {d.thing.name || d.thing.code}
                </Link>
              </td>
              <td>{t(`streams.protocol.${d.protocol}`)}</td>
              <td>{d.account}</td>
              <td>{formatShort(d.lastSeenAt, now)}</td>
              <td className={d.calibrationDueOn !== null && d.calibrationDueOn < today ? 'late' : ''}>
                {d.calibrationDueOn ?? '–'}
                {d.calibrationDueOn !== null && d.calibrationDueOn < today ? ` · ${t('streams.calibrationOver')}` : ''}
              </td>
              <td className="num">{d.faults === 0 ? <span className="streams-zero">0</span> : formatNumber(d.faults)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** Whether a device is heard: sign and word. */
export function DeviceMark({ state }: { state: DeviceState }) {
  const { t } = useTranslation()
  return (
    <span className={`device-mark ${state}`}>
      <svg viewBox="0 0 12 12" aria-hidden="true">
        {state === 'online' ? (
          <circle cx="6" cy="6" r="4" fill="currentColor" />
        ) : state === 'offline' ? (
          <path d="M2.500 2.500 9.500 9.500M9.500 2.500 2.500 9.500" stroke="currentColor" strokeWidth="2" />
        ) : (
          <circle cx="6" cy="6" r="3.800" fill="none" stroke="currentColor" strokeWidth="1.500" />
        )}
      </svg>
      {t(`streams.device.${state}`)}
    </span>
  )
}
