import { DEVICE_FAULTS, type DeviceView } from '@chengyun/contract/streams'
import { formatDateTime, formatNumber, Skeleton } from '@chengyun/ui'
import { useQueryClient } from '@tanstack/react-query'
import { Alert } from 'antd'
import dayjs from 'dayjs'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { useLiveNamed } from '../../api/live.ts'
import { QueryError } from '../../parts/states.tsx'
import { usePreferences } from '../../preferences.tsx'
import { DeviceCommands } from './DeviceCommands.tsx'
import { DeviceHistory } from './DeviceHistory.tsx'
import { DeviceAccount, DeviceRemove, DeviceSettings } from './DeviceSettings.tsx'
import { DeviceMark } from './Devices.tsx'
import { useDevice } from './devices-data.ts'

/** One device: whether it is heard, its account and rights, how it speaks, what is noted of it. */
export default function DevicePage({ id }: { id: string }) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const found = useDevice(id)
  useLiveNamed(['streams.deviceOnline', 'streams.deviceOffline', 'streams.deviceReplied'], (said) => {
    if (said.deviceId === id) void client.invalidateQueries({ queryKey: ['devices', 'one', id] })
  })
  if (found.isPending) return <Skeleton lines={12} />
  if (found.isError && !found.data) return <QueryError of={found} />
  const device = found.data
  return (
    <>
      <header className="streams-head">
        <p>
          <Link href="/streams/devices">{t('streams.devices')}</Link> · {device.code}
        </p>
        <h1>{device.name || device.code}</h1>
        <p>
          <DeviceMark state={device.state} /> {device.stateAt ? t('streams.since', { at: formatDateTime(device.stateAt) }) : ''}
          {device.enabled ? null : <b className="device-off"> {t('streams.disabled')}</b>}
        </p>
      </header>
      <div className="device-page">
        <div>
          <Facts device={device} />
          <DeviceHistory device={device} />
        </div>
        <div>
          {device.protocol === 'mqtt' ? <DeviceCommands device={device} /> : null}
          {device.can.includes('rotate') ? <DeviceAccount device={device} /> : null}
          {device.can.includes('edit') ? <DeviceSettings key={device.version} device={device} /> : null}
          {device.can.includes('remove') ? <DeviceRemove device={device} /> : null}
        </div>
      </div>
    </>
  )
}

/** When it has to be calibrated, and where the day is changed. */
function Calibration({ device }: { device: DeviceView }) {
  const { t } = useTranslation()
  const due = device.calibrationDueOn
  const days = due === null ? null : dayjs(due).startOf('day').diff(dayjs().startOf('day'), 'day')
  return (
    <>
      <span className={days !== null && days < 0 ? 'late' : ''}>
        {due === null
          ? t('streams.calibrationNone')
          : t(days !== null && days < 0 ? 'streams.calibrationLate' : 'streams.calibrationIn', {
              at: due,
              n: Math.abs(days ?? 0)
            })}
      </span>{' '}
      <Link href={`/registers/list/${device.register}/${encodeURIComponent(device.code)}`}>{t('streams.card')}</Link>
    </>
  )
}

function Facts({ device }: { device: DeviceView }) {
  const { t } = useTranslation()
  const { language } = usePreferences()
  const fault = device.lastFault
  const faultWord =
    fault && fault.code in DEVICE_FAULTS ? DEVICE_FAULTS[fault.code as keyof typeof DEVICE_FAULTS][language] : fault?.code
  const rows: [string, React.ReactNode][] = [
    [
      'thing',
      // biome-ignore lint/correctness/useJsxKeyInIterable: pairs of a name and a value, keyed where they are drawn
      <Link href={`/streams/thing/${device.thing.register}/${encodeURIComponent(device.thing.code)}`}>
        {device.thing.name || device.thing.code}
      </Link>
    ],
    ['protocol', t(`streams.protocol.${device.protocol}`)],
    ['account', device.account],
    ['secretAt', formatDateTime(device.secretAt)],
    ['heard', formatDateTime(device.lastSeenAt, true)],
    ['calibration', <Calibration key="calibration" device={device} />],
    ['firmware', device.firmware || '–'],
    ['faults', formatNumber(device.faults)]
  ]
  return (
    <section>
      <h2>{t('streams.deviceFacts')}</h2>
      <dl className="streams-facts">
        {rows.map(([key, value]) => (
          <div key={key}>
            <dt>{t(`streams.col.${key}`)}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {fault ? (
        <Alert type="warning" showIcon title={`${faultWord} · ${formatDateTime(fault.at, true)}`} description={fault.detail} />
      ) : null}
      {device.notes ? <p className="streams-note">{device.notes}</p> : null}
      {device.protocol === 'mqtt' ? (
        <>
          <h2>{t('streams.topics')}</h2>
          <p className="streams-note">{t('streams.topicsOwn')}</p>
          <ul className="streams-topics">
            <li>
              <code>{`city/+/+/${device.code}/up/#`}</code> {t('streams.mayPublish')}
            </li>
            {device.rights.publish.map((topic) => (
              <li key={`p${topic}`}>
                <code>{topic}</code> {t('streams.mayPublish')}
              </li>
            ))}
            {device.rights.subscribe.map((topic) => (
              <li key={`s${topic}`}>
                <code>{topic}</code> {t('streams.maySubscribe')}
              </li>
            ))}
          </ul>
        </>
      ) : null}
    </section>
  )
}
