import type { DutyCollector } from '@chengyun/contract/geo'
import { formatDateTime } from '@chengyun/ui'
import { Button, DatePicker, Form, Radio, Select } from 'antd'
import type dayjs from 'dayjs'
import { useDeferredValue, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { usePeople } from '../../api/config.ts'
import { useMay } from '../../api/session.ts'
import { useChange } from '../admin/useChange.tsx'
import { useCollectors } from './api.ts'

interface Values {
  userId: string
  main: boolean
  time?: [dayjs.Dayjs | null, dayjs.Dayjs | null] | null
}

/** Who walks a duty grid, now and to come. Whoever manages posts gives and takes it; the others see the names. */
export function Collectors({ code }: { code: string }) {
  const { t } = useTranslation()
  const may = useMay()
  const collectors = useCollectors(code, may('org:read'))
  const { propose, dialog } = useChange(['duty-collectors', 'users'])
  const [adding, setAdding] = useState(false)
  if (!may('org:read')) return null
  const path = `/geo/duty-grids/${code}/collectors`
  const take = (one: DutyCollector) =>
    propose({ title: t('grids.collectorEnd', { name: one.name }), path: `${path}/${one.postId}`, method: 'DELETE' })
  const give = async ({ userId, main, time }: Values) => {
    const [from, to] = time ?? []
    const body = { userId, main, ...(from ? { from: from.toISOString() } : {}), ...(to ? { to: to.toISOString() } : {}) }
    if (await propose({ title: t('grids.collectorAdd'), path, method: 'POST', body })) setAdding(false)
  }
  return (
    <section className="grids-who">
      <h3>{t('grids.dutyCollectors')}</h3>
      {collectors.isError ? <p role="alert">{collectors.error.message}</p> : null}
      {collectors.data?.length === 0 ? <p className="grids-sub">{t('grids.noCollector')}</p> : null}
      <ul className="grids-collectors">
        {(collectors.data ?? []).map((one) => (
          <li key={one.postId} data-coming={one.isComing}>
            <p>
              <b translate="no">{one.name}</b> <em>{t(one.isMain ? 'grids.primary' : 'grids.secondary')}</em>
              {one.isComing ? <em>{t('grids.coming')}</em> : null}
            </p>
            <p className="grids-sub">
              <span translate="no">{one.unitName}</span>
              {one.isComing || one.to ? ` · ${formatDateTime(one.from)} – ${one.to ? formatDateTime(one.to) : ''}` : ''}
            </p>
            {may('org:posts') ? (
              <Button size="small" type="text" onClick={() => void take(one)}>
                {t('grids.collectorTake')}
              </Button>
            ) : null}
          </li>
        ))}
      </ul>
      {may('org:posts') ? (
        adding ? (
          <Adding onSend={give} onClose={() => setAdding(false)} />
        ) : (
          <Button size="small" onClick={() => setAdding(true)}>
            {t('grids.collectorAdd')}
          </Button>
        )
      ) : (
        <p className="grids-sub">{t('grids.collectorHow')}</p>
      )}
      {dialog}
    </section>
  )
}

function Adding({ onSend, onClose }: { onSend: (values: Values) => Promise<void>; onClose: () => void }) {
  const { t } = useTranslation()
  const [q, setQ] = useState('')
  const [busy, setBusy] = useState(false)
  const people = usePeople({ role: 'collector', limit: 30, q: useDeferredValue(q) })
  return (
    <Form<Values>
      layout="vertical"
      className="grids-who-form"
      initialValues={{ main: true }}
      requiredMark={false}
      disabled={busy}
      onFinish={async (values) => {
        setBusy(true)
        await onSend(values)
        setBusy(false)
      }}
    >
      <Form.Item
        name="userId"
        label={t('grids.collector')}
        rules={[{ required: true, message: t('field.needed', { field: t('grids.collector') }) }]}
      >
        <Select
          showSearch={{ filterOption: false, onSearch: setQ }}
          placeholder={t('grids.collectorSearch')}
          loading={people.isFetching}
          options={(people.data?.items ?? []).map((p) => ({ value: p.id, label: `${p.name} · ${p.unitName}` }))}
        />
      </Form.Item>
      <Form.Item name="main" label={t('grids.collectorRank')}>
        <Radio.Group
          options={[
            { value: true, label: t('grids.primary') },
            { value: false, label: t('grids.secondary') }
          ]}
        />
      </Form.Item>
      <Form.Item name="time" label={t('grids.collectorTime')} extra={t('grids.collectorTimeHint')}>
        <DatePicker.RangePicker showTime={{ format: 'HH:mm' }} format="YYYY-MM-DD HH:mm" allowEmpty={[true, true]} />
      </Form.Item>
      <div className="grids-who-acts">
        <Button onClick={onClose}>{t('panel.cancel')}</Button>
        <Button type="primary" htmlType="submit" loading={busy}>
          {t('change.preview')}
        </Button>
      </div>
    </Form>
  )
}
