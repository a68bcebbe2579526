import type { RegisterDeclaration } from '@chengyun/contract/registry'
import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { usePreferences } from '../../../preferences.tsx'
import { useTypes } from '../data.ts'
import type { PartProps } from './Basics.tsx'
import { moved } from './blank.ts'
import { Flag, Names, Pick, RowActs, Text } from './parts.tsx'

type Relation = NonNullable<RegisterDeclaration['relations']>[number]

/** Which items of other registers belong to an item. */
export function Relations({ d, onChange }: PartProps) {
  const { t } = useTranslation()
  const { language } = usePreferences()
  const types = useTypes().data ?? []
  const list = d.relations ?? []
  const put = (relations: Relation[]) => onChange({ relations })
  const set = (i: number, change: Partial<Relation>) => put(list.map((r, j) => (j === i ? { ...r, ...change } : r)))
  return (
    <>
      {list.length === 0 ? <p className="reg-hint">{t('registry.noRelations')}</p> : null}
      {list.map((r, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the key of a row is being typed; its number is what stays
        <div key={i} className="reg-decl-state">
          <Text label={t('registry.key')} value={r.key} max={40} onChange={(key) => set(i, { key })} />
          <Names label={t('registry.relationName')} value={r.name} onChange={(name) => set(i, { name })} />
          <Pick
            label={t('registry.relationTo')}
            value={r.to || undefined}
            options={types.map((x) => ({ value: x.id, label: x.declaration.name[language] }))}
            onChange={(to) => to && set(i, { to })}
          />
          <span className="reg-decl-flag">
            <Flag label={t('registry.many')} value={r.many} onChange={(many) => set(i, { many })} />
            {t('registry.many')}
          </span>
          <RowActs
            what={r.name[language] || r.key}
            onUp={() => put(moved(list, i, -1))}
            onDown={() => put(moved(list, i, 1))}
            onDrop={() => put(list.filter((_, j) => j !== i))}
          />
        </div>
      ))}
      <Button size="small" type="link" onClick={() => put([...list, { key: '', name: { zh: '', en: '' }, to: '' }])}>
        {t('registry.addRelation')}
      </Button>
    </>
  )
}
