import type { Limit } from '@chengyun/contract/cases'
import { type RowDiff, UNIT_KIND_NAMES, type UnitKind } from '@chengyun/contract/org'
import { formatDateTime } from '@chengyun/ui'
import { useTranslation } from 'react-i18next'
import { useDistricts } from '../../api/reference.ts'
import { usePreferences } from '../../preferences.tsx'
import { useRoleName } from '../../shell/PersonMenu.tsx'
import { useLimitText } from '../desk/words.ts'
import { flatten } from './flatten.ts'
import { usePermissionName } from './permissionName.ts'

/** Columns that say nothing to a reader: keys, counters and the times of the row itself. */
const BOOKKEEPING = /^(id|isDefault|version|demo|totp_step|failed_count)$|(_id|_key|_hash)$|^(created|changed|updated)_at$/
const PERMISSION = /\b[a-z]+:[a-zA-Z]+\b/g

/** One thing before and after, a row a value that differs. */
export function Diff({ diff }: { diff: RowDiff }) {
  const { t } = useTranslation()
  const nameOf = useColumnName()
  const show = useValueText()
  const permissionName = usePermissionName()
  const before = flatten(diff.before ?? {})
  const after = flatten(diff.after ?? {})
  const keys = [...new Set([...before.keys(), ...after.keys()])].filter(
    (k) => !BOOKKEEPING.test(k) && show(k, before.get(k)) !== show(k, after.get(k))
  )
  return (
    <table className="diff">
      <caption>
        {diff.label.replace(PERMISSION, permissionName)}{' '}
        {diff.before === null ? t('change.isNew') : diff.after === null ? t('change.goes') : ''}
      </caption>
      <tbody>
        {keys.map((k) => (
          <tr key={k}>
            <th scope="row">{nameOf(k)}</th>
            {diff.before ? (
              <td>
                <del>{show(k, before.get(k))}</del>
              </td>
            ) : null}
            {diff.after ? (
              <td>
                <ins>{show(k, after.get(k))}</ins>
              </td>
            ) : null}
          </tr>
        ))}
        {keys.length === 0 ? (
          <tr>
            <td>{t('change.same')}</td>
          </tr>
        ) : null}
      </tbody>
    </table>
  )
}

/** A path of a value in words: 环节时限 · 立案. */
function useColumnName(): (path: string) => string {
  const { t } = useTranslation()
  const districts = useDistricts()
  return (path) => {
    const [column = '', sub] = path.split('.')
    const key = column.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
    const first = t(`column.${key}`, { defaultValue: t(`flow.${key}`, { defaultValue: key }) })
    if (!sub) return first
    const district = districts.find((d) => d.code === sub)?.name
    return `${first} · ${district ?? t(`stage.${sub}`, { defaultValue: t(`column.${sub}`, { defaultValue: sub }) })}`
  }
}

const isLimit = (value: unknown): value is Limit & { regionClass?: string; mode?: string } =>
  typeof value === 'object' && value !== null && 'kind' in value && 'value' in value

/** A value in words: limits, yes and no, modes, times; anything else as it is. */
function useValueText(): (path: string, value: unknown) => string {
  const { t } = useTranslation()
  const limitText = useLimitText()
  const roleName = useRoleName()
  const permissionName = usePermissionName()
  const { language } = usePreferences()
  const one = (path: string, value: unknown): string => {
    if (value === null || value === undefined || value === '') return '–'
    if (typeof value === 'boolean') return t(value ? 'roles.yes' : 'roles.no')
    if (isLimit(value))
      return [
        value.regionClass ? t('classes.region', { k: value.regionClass }) : '',
        value.mode ? t(`mode.${value.mode}`) : '',
        limitText(value)
      ]
        .filter(Boolean)
        .join(' ')
    if (Array.isArray(value)) return value.length === 0 ? '–' : value.map((v) => one(path, v)).join('；')
    if (typeof value === 'object') return JSON.stringify(value)
    const text = String(value)
    if (path === 'mode') return t(`mode.${text}`, { defaultValue: text })
    if (path === 'reworkMode') return t(`flow.rework.${text}`, { defaultValue: text })
    if (path.startsWith('regionClass.')) return t('classes.region', { k: text })
    if (path.startsWith('days.')) return t(`dayType.${text}`, { defaultValue: text })
    if (path === 'role') return roleName(text)
    if (path === 'permission') return permissionName(text)
    if (path === 'status') return t(`state.${text}`, { defaultValue: text })
    if (path === 'kind' && (text === 'matter' || text === 'component')) return t(`kind.${text}`)
    if (path === 'kind') return UNIT_KIND_NAMES[text as UnitKind]?.[language] ?? text
    return /^\d{4}-\d\d-\d\dT/.test(text) ? formatDateTime(text) : text
  }
  return one
}
