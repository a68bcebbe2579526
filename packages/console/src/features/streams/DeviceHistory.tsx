import type { DeviceLogEntry, DeviceView } from '@chengyun/contract/streams'
import { formatDateTime, formatNumber, Skeleton, useNow } from '@chengyun/ui'
import { useTranslation } from 'react-i18next'
import { LoadMore, QueryError } from '../../parts/states.tsx'
import { useDeviceLog } from './devices-data.ts'
import { online, shareOnline } from './online.ts'

const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000
const DAYS = 7
const KINDS = 'connected,online,offline,secret,enabled,disabled,firmware'

/** When it was heard and when not, drawn over a week, and everything that was done with its account. */
export function DeviceHistory({ device }: { device: DeviceView }) {
  const { t } = useTranslation()
  const now = useNow(60).getTime()
  const found = useDeviceLog(device.id, KINDS)
  if (found.isPending) return <Skeleton lines={4} />
  if (found.isError) return <QueryError of={found} />
  const entries = found.data.pages.flatMap((p) => p.items)
  const from = now - DAYS * DAY_MS
  const spans = online(entries, device.state === 'online', { from, to: now }, !found.hasNextPage)
  const known = spans.filter((s) => s.state !== 'unknown').reduce((sum, s) => sum + s.to - s.from, 0)
  // Of some minutes it says nothing.
  const share = known < HOUR_MS ? null : shareOnline(spans)
  return (
    <section>
      <h2>{t('streams.history')}</h2>
      {share === null ? null : (
        <>
          <p className="streams-note">{t('streams.onlineShare', { n: DAYS, share: formatNumber(share * 100, 1) })}</p>
          <svg className="device-band" viewBox={`0 0 ${DAYS * 100} 12`} preserveAspectRatio="none" role="img">
            <title>{t('streams.onlineShare', { n: DAYS, share: formatNumber(share * 100, 1) })}</title>
            {spans.map((s) => (
              <rect
                key={s.from}
                className={s.state}
                x={((s.from - from) / DAY_MS) * 100}
                width={((s.to - s.from) / DAY_MS) * 100}
                y={s.state === 'online' ? 0 : 4}
                height={s.state === 'online' ? 12 : 4}
              />
            ))}
          </svg>
          <p className="device-band-ends">
            <time>{formatDateTime(new Date(from))}</time>
            <time>{t('streams.now')}</time>
          </p>
        </>
      )}
      <ol className="device-log">
        {entries.map((e) => (
          <li key={e.id} className={e.kind}>
            <time>{formatDateTime(e.at, true)}</time> <Words entry={e} />
          </li>
        ))}
      </ol>
      <LoadMore list={found} />
    </section>
  )
}

function Words({ entry }: { entry: DeviceLogEntry }) {
  const { t } = useTranslation()
  const { kind, by, data } = entry
  const facts = { from: String(data.from || '–'), to: String(data.to || '–') }
  return (
    <span>
      {t(`streams.log.${kind}`, facts)}
      {by === null ? '' : ` · ${by}`}
    </span>
  )
}
