import { ALARM_LEVELS } from '@chengyun/contract/alarms'
import { EmptyState, formatNumber, formatPercent, LevelLamp, type Sheet, saveSheet } from '@chengyun/ui'
import { Button, Segmented } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import type { AlarmFilters } from '../../api/alarms.ts'
import { ruleAddress, useRules } from '../../api/rules.ts'
import { usePreferences } from '../../preferences.tsx'
import { useTypeName } from '../streams/observed.ts'
import { type Asked, BY, type By, filtersOf, type Group, isNoisy, listAddress, type SortKey, sorted } from './statistics.ts'
import { usePackNames } from './usePackNames.ts'
import { useSeconds } from './words.ts'

const COLUMNS = ['raised', 'acknowledgeS', 'durationS', 'falseShare', 'doneRate'] as const satisfies readonly SortKey[]
const MORE: Record<SortKey, AlarmFilters> = {
  raised: {},
  acknowledgeS: { acknowledged: 'true' },
  durationS: { standing: 'false' },
  falseShare: { state: 'rejected' },
  doneRate: { state: 'done' }
}

export interface GroupsProps {
  groups: readonly Group[]
  by: By
  asked: Asked
  onBy: (by: By) => void
}

/** The figures by something, as a table that sorts and can be saved. */
export function Groups({ groups, by, asked, onBy }: GroupsProps) {
  const { t } = useTranslation()
  const [sort, setSort] = useState<SortKey | null>(null)
  const nameOf = useGroupName(by)
  const rows = sorted(groups, by, sort)
  const levels = by === 'level' ? [] : ALARM_LEVELS
  const save = () => {
    const columns = [`astats.by.${by}`, ...COLUMNS.map((c) => `astats.file.${c}`), 'astats.file.rejected', 'astats.file.done']
    const sheet: Sheet = {
      columns: [...columns.map((c) => t(c)), ...ALARM_LEVELS.map((level) => t(`alarms.levelWord.${level}`))],
      rows: rows.map((g) => [
        nameOf(g),
        ...COLUMNS.map((c) => g[c]),
        g.rejected,
        g.done,
        ...ALARM_LEVELS.map((level) => g.byLevel[level] ?? 0)
      ])
    }
    saveSheet(sheet, `${t('astats.title')} ${asked.from} ${t(`astats.by.${by}`)}`)
  }
  return (
    <section className="alarm-groups">
      <header>
        <h2 className="cy-visually-hidden">{t('astats.groups')}</h2>
        <Segmented
          size="small"
          value={by}
          options={BY.map((value) => ({ value, label: t(`astats.by.${value}`) }))}
          onChange={onBy}
        />
        <Button size="small" onClick={save} disabled={rows.length === 0}>
          {t('astats.save')}
        </Button>
      </header>
      {rows.length === 0 ? <EmptyState title={t('astats.none')} hint={t('astats.noneHint')} /> : null}
      {rows.length > 0 ? (
        <div className="alarm-groups-scroll">
          <table>
            <thead>
              <tr>
                <th scope="col">{t(`astats.by.${by}`)}</th>
                {COLUMNS.map((c) => (
                  <th key={c} scope="col" aria-sort={sort === c ? 'descending' : undefined}>
                    <button type="button" title={t(`astats.hint.${c}`)} onClick={() => setSort(sort === c ? null : c)}>
                      {t(`astats.${c}`)} {sort === c ? '↓' : ''}
                    </button>
                  </th>
                ))}
                {levels.map((level) => (
                  <th key={level} scope="col">
                    <LevelLamp level={level} named />
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map((g) => (
                <Row key={g.key} group={g} name={nameOf(g)} by={by} asked={asked} levels={levels} />
              ))}
            </tbody>
          </table>
        </div>
      ) : null}
    </section>
  )
}

interface RowProps {
  group: Group
  name: string
  by: By
  asked: Asked
  levels: readonly (typeof ALARM_LEVELS)[number][]
}

function Row({ group: g, name, by, asked, levels }: RowProps) {
  const { t } = useTranslation()
  const seconds = useSeconds()
  const filters = filtersOf(asked, { by, key: g.key })
  const text = (c: SortKey): string => {
    const value = g[c]
    if (value === null) return '–'
    if (c === 'raised') return formatNumber(value)
    return c === 'acknowledgeS' || c === 'durationS' ? seconds(value) : formatPercent(value)
  }
  const noisy = by === 'rule' && isNoisy(g)
  return (
    <tr>
      <th scope="row" translate="no">
        {by === 'rule' ? <Link href={ruleAddress(g.key)}>{name}</Link> : by === 'level' ? <LevelName value={g.key} /> : name}
        {noisy ? (
          <small className="late">
            <Link href={ruleAddress(g.key)}>{t('astats.noisy', { share: formatPercent(g.falseShare, 0) })}</Link>
          </small>
        ) : null}
      </th>
      {COLUMNS.map((c) => (
        <td key={c}>{g[c] === null || g[c] === 0 ? text(c) : <Link href={listAddress(filters, MORE[c])}>{text(c)}</Link>}</td>
      ))}
      {levels.map((level) => {
        const n = g.byLevel[level] ?? 0
        return (
          <td key={level}>
            {n === 0 ? '0' : <Link href={listAddress(filters, { worst: String(level) })}>{formatNumber(n)}</Link>}
          </td>
        )
      })}
    </tr>
  )
}

function LevelName({ value }: { value: string }) {
  const level = ALARM_LEVELS.find((l) => String(l) === value)
  return level ? <LevelLamp level={level} named /> : null
}

/** What a group is called. */
function useGroupName(by: By): (g: Group) => string {
  const { t } = useTranslation()
  const { language } = usePreferences()
  const rules = useRules().data
  const packs = usePackNames()
  const typeName = useTypeName()
  return ({ key, name }) => {
    if (by === 'rule') return rules?.find((r) => r.id === key)?.rule.name[language] ?? key
    if (by === 'pack') return packs.get(key) ?? (key === 'city' ? t('arules.city') : key)
    if (by === 'type') return typeName(key)
    if (by === 'level') return t(`alarms.levelWord.${key}`)
    if (by === 'month') return `${key.slice(0, 4)}-${key.slice(4)}`
    return name || t(by === 'unit' ? 'alarms.nobody' : 'astats.nowhere')
  }
}
