import type { ReportKind } from '@chengyun/contract/scenarios'
import { formatDateTime } from '@chengyun/ui'
import { Button, DatePicker, Popover, Select } from 'antd'
import dayjs from 'dayjs'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { makeReports } from '../../../api/reports.ts'
import { useAct } from '../../../parts/useAct.tsx'
import { useBoth } from '../context.ts'

/** Has the reports of a period made that is over: of everything within reach that has none yet. */
export function MakeReports({ pack, kinds, first }: { pack: string; kinds: readonly ReportKind[]; first: ReportKind | null }) {
  const { t } = useTranslation()
  const [open, setOpen] = useState(false)
  if (!first) return null
  return (
    <Popover
      trigger="click"
      placement="bottomRight"
      open={open}
      onOpenChange={setOpen}
      destroyOnHidden
      content={<MakeForm key={first.key} pack={pack} kinds={kinds} first={first} onDone={() => setOpen(false)} />}
    >
      <Button type="primary">{t('packReports.make')}</Button>
    </Popover>
  )
}

interface MakeFormProps {
  pack: string
  kinds: readonly ReportKind[]
  first: ReportKind
  onDone: () => void
}

function MakeForm({ pack, kinds, first, onDone }: MakeFormProps) {
  const { t } = useTranslation()
  const both = useBoth()
  const { act, busy } = useAct(['reports'])
  const [key, setKey] = useState(first.key)
  const kind = kinds.find((k) => k.key === key) ?? first
  const [day, setDay] = useState(first.lastOver)
  const choose = (next: string) => {
    setKey(next)
    setDay(kinds.find((k) => k.key === next)?.lastOver ?? day)
  }
  const make = async () => {
    const made = await act(() => makeReports(pack, key, day), { done: t('packReports.begun') })
    if (made !== undefined) onDone()
  }
  return (
    <div className="scn-report-make">
      <Select
        value={key}
        aria-label={t('packReports.kind')}
        options={kinds.map((k) => ({ value: k.key, label: both(k.name) }))}
        onChange={choose}
      />
      <DatePicker
        allowClear={false}
        picker={kind.period === 'month' ? 'month' : 'date'}
        value={dayjs(day)}
        aria-label={t('packReports.period')}
        disabledDate={(d) => d.isAfter(dayjs(kind.lastOver), kind.period === 'month' ? 'month' : 'day')}
        onChange={(d) => d && setDay(d.format('YYYY-MM-DD'))}
      />
      <p>{t('packReports.makeHint')}</p>
      {kind.nextDue ? <p>{t('packReports.nextDue', { name: both(kind.name), at: formatDateTime(kind.nextDue) })}</p> : null}
      <Button type="primary" block loading={busy} onClick={() => void make()}>
        {t('packReports.makeOf', { period: kind.period === 'month' ? day.slice(0, 7) : day })}
      </Button>
    </div>
  )
}
