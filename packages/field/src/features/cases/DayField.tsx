import { formatDate } from '@chengyun/ui/format.ts'
import { useTranslation } from 'react-i18next'

const DAY_MS = 86_400_000
const USUAL = [7, 15, 30, 90] as const
/** A suspension ends within a year (standards §2.12, 23). */
const LATEST = 365

const dayIn = (n: number): string => formatDate(new Date(Date.now() + n * DAY_MS))

/** A day ahead: the usual ones with one tap, any other from the calendar of the phone. */
export function DayField({ label, value, onDay }: { label: string; value: string; onDay: (day: string) => void }) {
  const { t } = useTranslation()
  const other = value !== '' && !USUAL.some((n) => dayIn(n) === value)
  return (
    <div className="f-field">
      <span>{label}</span>
      <div className="f-days">
        {USUAL.map((n) => (
          <button key={n} type="button" aria-pressed={dayIn(n) === value} onClick={() => onDay(dayIn(n))}>
            {t('step.untilIn', { n })}
            <small>{dayIn(n)}</small>
          </button>
        ))}
        <label data-chosen={other}>
          {t('step.untilOther')}
          {other ? <small>{value}</small> : null}
          <input
            type="date"
            aria-label={t('step.untilOther')}
            min={dayIn(1)}
            max={dayIn(LATEST)}
            value={value}
            onClick={(e) => e.currentTarget.showPicker?.()}
            onChange={(e) => onDay(e.target.value)}
          />
        </label>
      </div>
    </div>
  )
}
