import { DEVICE_FAULTS, MAPPING_FAULTS, type PayloadMapping, type TrialView } from '@chengyun/contract/streams'
import { formatDateTime } from '@chengyun/ui'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { api } from '../../api/client.ts'
import { QueryError } from '../../parts/states.tsx'
import { usePreferences } from '../../preferences.tsx'
import { StateMark } from './StateMark.tsx'

const WORDS: Readonly<Record<string, { zh: string; en: string }>> = { ...DEVICE_FAULTS, ...MAPPING_FAULTS }

export interface MappingTrialProps {
  declaration: PayloadMapping
  payload: string
  topic: string
  account: string
}

/** What the sample would become: device, stream, moment, value and quality of each reading; nothing is stored. */
export function MappingTrial({ declaration, payload, topic, account }: MappingTrialProps) {
  const { t } = useTranslation()
  const { language } = usePreferences()
  const body = { declaration, payload, ...(topic !== '' && { topic }), ...(account !== '' && { account }) }
  const found = useQuery({
    queryKey: ['mappings', 'trial', body],
    queryFn: ({ signal }) => api<TrialView>('/streams/mappings/try', { body, signal }),
    placeholderData: keepPreviousData,
    retry: false
  })
  if (found.isError) return <QueryError of={found} />
  if (!found.data) return null
  const { readings, faults } = found.data
  return (
    <>
      <h3>{t('streams.wouldBecome', { n: readings.length })}</h3>
      {readings.length > 0 ? (
        <div className="streams-scroll">
          <table className="streams-table">
            <tbody>
              {readings.map((r) => (
                <tr key={`${r.device} ${r.stream} ${r.at}`}>
                  <td translate="no">{r.device}</td>
                  <td className={r.streamId === null ? 'late' : ''}>
                    {r.stream} {r.streamId === null ? `· ${t('streams.unknownStream')}` : ''}
                  </td>
                  <td>{formatDateTime(r.at, true)}</td>
                  <td className="num" translate="no">
                    {typeof r.result === 'number' ? Number(r.result.toPrecision(12)) : JSON.stringify(r.result)}
                  </td>
                  <td>
                    <StateMark state={r.quality} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      ) : null}
      <ul className="mapping-faults">
        {faults.map((f) => (
          <li key={f.code + f.detail} className="late">
            {WORDS[f.code]?.[language] ?? f.code}
            {f.detail === '' ? null : (
              <>
                {' '}
                <code translate="no">{f.detail}</code>
              </>
            )}
          </li>
        ))}
      </ul>
    </>
  )
}
