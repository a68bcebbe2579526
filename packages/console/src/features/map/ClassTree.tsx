import type { LayerClass } from '@chengyun/contract/geo'
import { formatNumber } from '@chengyun/ui'
import { Checkbox } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { usePreferences } from '../../preferences.tsx'
import { type ClassGroup, chooseClass, chooseGroup, groupsOf, partOf } from './classes.ts'
import { isChosen } from './dress.ts'
import { Icon } from './icons.tsx'

export interface ClassTreeProps {
  classes: readonly LayerClass[]
  /** Codes or their beginnings; null is all. */
  chosen: readonly string[] | null
  sought: string
  majors: ReadonlyMap<string, string>
  onChoose: (classes: string[] | null) => void
}

/** The kinds of a layer with their counts, under their major classes where there are several. */
export function ClassTree({ classes, chosen, sought, majors, onChoose }: ClassTreeProps) {
  const { t } = useTranslation()
  const { language } = usePreferences()
  const [open, setOpen] = useState<string | null>(null)
  const groups = groupsOf(classes, majors, language, sought)
  if (classes.length === 0) return null
  const rows = (group: ClassGroup) =>
    group.classes.map((c) => (
      <div key={c.code} className="om-class">
        <Checkbox checked={isChosen(chosen, c.code)} onChange={() => onChoose(chooseClass(classes, chosen, c.code))}>
          {c.name[language]}
        </Checkbox>
        <span className="om-count">{formatNumber(c.count)}</span>
      </div>
    ))
  if (groups.length === 1 && groups[0]) return <div className="om-classes">{rows(groups[0])}</div>
  return (
    <div className="om-classes">
      {groups.map((group) => {
        const unfolded = sought !== '' || open === group.code
        const part = partOf(group, chosen)
        return (
          <div key={group.code}>
            <div className="om-class om-major">
              <Checkbox
                checked={part === 'all'}
                indeterminate={part === 'some'}
                onChange={() => onChoose(chooseGroup(classes, chosen, group))}
              >
                {group.name}
              </Checkbox>
              <span className="om-count">{formatNumber(group.count)}</span>
              <button
                type="button"
                className="om-fold"
                aria-expanded={unfolded}
                aria-label={t('onemap.layerMore', { name: group.name })}
                onClick={() => setOpen(unfolded ? null : group.code)}
              >
                <Icon name="fold" />
              </button>
            </div>
            {unfolded ? rows(group) : null}
          </div>
        )
      })}
    </div>
  )
}
