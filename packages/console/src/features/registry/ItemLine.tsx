import type { ItemView, TypeDetail } from '@chengyun/contract/registry'
import { formatShort, useNow } from '@chengyun/ui'
import { memo } from 'react'
import { useTranslation } from 'react-i18next'
import { usePreferences } from '../../preferences.tsx'
import { attributeText } from '../map/itemText.ts'
import { State } from './State.tsx'
import { attributeOf, placeText } from './value.ts'
import { useValueWords } from './words.ts'

export interface ItemLineProps {
  row: ItemView
  register: TypeDetail
  columns: readonly { key: string; numeric: boolean }[]
  on: boolean
  marked: boolean
  onOpen: (code: string) => void
  onMark: (code: string) => void
}

/** One item in the list. */
export const ItemLine = memo(function ItemLine({ row, register, columns, on, marked, onOpen, onMark }: ItemLineProps) {
  const { t } = useTranslation()
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the list is moved by J, K and Enter
    // biome-ignore lint/a11y/useFocusableInteractive: focus stays on the list, which announces its current row
    <div
      className={`reg-line${on ? ' on' : ''}${marked ? ' marked' : ''}${row.removedAt ? ' removed' : ''}`}
      role="option"
      aria-selected={on}
      onClick={() => onOpen(row.code)}
    >
      <input
        type="checkbox"
        checked={marked}
        aria-label={t('registry.mark', { code: row.code })}
        onChange={() => onMark(row.code)}
        onClick={(e) => e.stopPropagation()}
      />
      {columns.map((c) => (
        <Cell key={c.key} row={row} register={register} column={c.key} numeric={c.numeric} />
      ))}
    </div>
  )
})

interface CellProps {
  row: ItemView
  register: TypeDetail
  column: string
  numeric: boolean
}

function Cell({ row, register, column, numeric }: CellProps) {
  const now = useNow(60)
  const { language } = usePreferences()
  const words = useValueWords()
  if (column === 'status')
    return (
      <span>
        <State declaration={register.declaration} status={row.status} />
      </span>
    )
  const text = textOf()
  return (
    <span className={`${numeric ? 'numeric' : ''}${column === 'code' ? 'reg-code' : ''}`} title={text}>
      {text}
    </span>
  )

  function textOf(): string {
    switch (column) {
      case 'code':
        return row.code
      case 'name':
        return row.name
      case 'address':
        return row.address
      case 'class':
        return row.class ? (language === 'en' && row.class.nameEn ? row.class.nameEn : row.class.name) : ''
      case 'grid':
        return row.gridCode ?? ''
      case 'place':
        return placeText(row.place)
      case 'updatedAt':
        return formatShort(row.updatedAt, now)
      case 'owner':
      case 'maintainer':
      case 'authority':
        return row[column]?.name ?? ''
      default: {
        const a = attributeOf(register.declaration, column)
        return a ? attributeText(a, row.attributes[a.key], language, words) : ''
      }
    }
  }
}
