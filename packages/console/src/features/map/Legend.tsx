import type { LegendGroup } from '@chengyun/ui/map/sheet.ts'
import { useTranslation } from 'react-i18next'
import { Icon } from './icons.tsx'
import { Key } from './Key.tsx'

/** What the shapes and colours mean. */
export function Legend({ groups, note, onClose }: { groups: readonly LegendGroup[]; note: string | null; onClose: () => void }) {
  const { t } = useTranslation()
  if (groups.length === 0) return null
  return (
    <section className="om-legend" aria-label={t('onemap.tool.legend')}>
      <button type="button" className="om-x" aria-label={t('onemap.close')} onClick={onClose}>
        <Icon name="close" />
      </button>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a long legend is scrolled by keyboard too */}
      <div className="om-legend-body" tabIndex={0}>
        {groups.map((g) => (
          <div key={g.title}>
            <h3>{g.title}</h3>
            <ul>
              {g.rows.map((r) => (
                <li key={r.label}>
                  <Key shape={r.shape} color={r.color} />
                  {r.label}
                </li>
              ))}
            </ul>
          </div>
        ))}
        {note ? <p>{note}</p> : null}
      </div>
    </section>
  )
}
