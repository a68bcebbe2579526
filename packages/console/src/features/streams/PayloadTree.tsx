import { Dropdown } from 'antd'
import { useTranslation } from 'react-i18next'
import { listAround, pathText, type Steps, withinEach } from './mapping-edit.ts'

export type Picked = 'value' | 'time' | 'device' | 'each'

export interface PayloadTreeProps {
  payload: unknown
  each: string | undefined
  /** What each place is used for, by its path. */
  used: ReadonlyMap<string, string>
  onPick: (as: Picked, steps: Steps, example: unknown) => void
}

/** A sample message, its values to be clicked. */
export function PayloadTree({ payload, each, used, onPick }: PayloadTreeProps) {
  return (
    <div className="payload-tree" translate="no">
      <Node value={payload} steps={[]} {...{ each, used, onPick }} />
    </div>
  )
}

interface NodeProps extends Omit<PayloadTreeProps, 'payload'> {
  value: unknown
  steps: Steps
}

const MOST = 60

function Node({ value, steps, ...rest }: NodeProps) {
  if (typeof value !== 'object' || value === null) return <Leaf value={value} steps={steps} {...rest} />
  const isList = Array.isArray(value)
  const entries: [string | number, unknown][] = isList ? value.map((v, i) => [i, v]) : Object.entries(value)
  return (
    <>
      <span className="payload-sign">{isList ? '[' : '{'}</span>
      <ul>
        {entries.slice(0, MOST).map(([key, v]) => (
          <li key={key}>
            {isList ? null : <span className="payload-key">{key}: </span>}
            <Node value={v} steps={[...steps, key]} {...rest} />
          </li>
        ))}
        {entries.length > MOST ? <li>… {entries.length - MOST}</li> : null}
      </ul>
      <span className="payload-sign">{isList ? ']' : '}'}</span>
    </>
  )
}

function Leaf({ value, steps, each, used, onPick }: NodeProps) {
  const { t } = useTranslation()
  const use = used.get(withinEach(steps, each))
  const list = listAround(steps)
  const items = [
    { key: 'value', label: t('streams.pick.value') },
    { key: 'time', label: t('streams.pick.time') },
    { key: 'device', label: t('streams.pick.device') },
    ...(list !== null && each === undefined ? [{ key: 'each', label: t('streams.pick.each', { list: pathText(list) }) }] : [])
  ]
  return (
    <Dropdown trigger={['click']} menu={{ items, onClick: ({ key }) => onPick(key as Picked, steps, value) }}>
      <button
        type="button"
        className={use === undefined ? 'payload-leaf' : 'payload-leaf used'}
        aria-label={t('streams.pick.leaf', { path: pathText(steps), value: JSON.stringify(value) })}
      >
        {JSON.stringify(value)}
        {use === undefined ? null : <small>{use}</small>}
      </button>
    </Dropdown>
  )
}
