import { type BatchFile, COLUMN_TARGETS, type FileMapping, type TypeDetail } from '@chengyun/contract/registry'
import { Select } from 'antd'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { usePreferences } from '../../preferences.tsx'
import { ValueMap } from './ValueMap.tsx'

export interface ColumnTableProps {
  register: TypeDetail
  file: BatchFile
  disabled: boolean
  onChange: (mapping: FileMapping) => void
}

const SHOWN = 3

/** Each column of a file with its first values and what it means. */
export function ColumnTable({ register, file, disabled, onChange }: ColumnTableProps) {
  const { t } = useTranslation()
  const { language } = usePreferences()
  const d = register.declaration
  const options = useMemo(() => {
    const left = new Set<string>([
      ...(d.classes ? [] : ['class']),
      ...(['authority', 'owner', 'maintainer'] as const).filter((u) => !d.units?.includes(u)),
      ...(d.geometry === 'none' ? ['lng', 'lat', 'wkt', 'declaredGrid'] : [])
    ])
    return [
      {
        label: t('registry.itemColumns'),
        options: COLUMN_TARGETS.filter((c) => !left.has(c)).map((value) => ({
          value: value as string,
          label: t(`registry.target.${value}`)
        }))
      },
      { label: t('registry.attributes'), options: d.attributes.map((a) => ({ value: `attr.${a.key}`, label: a.name[language] })) }
    ]
  }, [d, language, t])
  const mapped = new Map(file.mapping.columns.map((c) => [c.column, c]))
  const put = (column: string, change: Partial<FileMapping['columns'][number]>) => {
    const now = mapped.get(column) ?? { column, to: '-' }
    const next = { ...now, ...change }
    onChange({
      ...file.mapping,
      columns: file.columns.flatMap((name) => {
        const one = name === column ? next : mapped.get(name)
        return one ? [one] : []
      })
    })
  }
  return (
    <table className="reg-grid reg-columns">
      <thead>
        <tr>
          <th scope="col">{t('registry.column')}</th>
          <th scope="col">{t('registry.firstValues')}</th>
          <th scope="col">{t('registry.means')}</th>
          <th scope="col">{t('registry.values')}</th>
        </tr>
      </thead>
      <tbody>
        {file.columns.map((column, i) => {
          const one = mapped.get(column)
          const to = one?.to ?? '-'
          const samples = [...new Set(file.sample.map((row) => row[i] ?? '').filter(Boolean))]
          return (
            <tr key={column} className={to === '-' ? 'unused' : ''}>
              <th scope="row">{column}</th>
              <td title={samples.join(' | ')}>{samples.slice(0, SHOWN).join(' | ')}</td>
              <td>
                <Select
                  size="small"
                  value={to}
                  disabled={disabled}
                  aria-label={t('registry.meaningOf', { column })}
                  showSearch={{ optionFilterProp: 'label' }}
                  popupMatchSelectWidth={false}
                  style={{ width: 180 }}
                  options={options}
                  onChange={(next: string) => put(column, { to: next })}
                />
              </td>
              <td>
                <ValueMap
                  register={register}
                  column={column}
                  to={to}
                  samples={samples}
                  values={one?.values ?? {}}
                  disabled={disabled}
                  onChange={(values) => put(column, { values })}
                />
              </td>
            </tr>
          )
        })}
      </tbody>
    </table>
  )
}
