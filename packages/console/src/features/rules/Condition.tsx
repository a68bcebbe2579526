import { BASELINE_SEASONS, CONDITION_KINDS, type ConditionKind, DIRECTIONS, TOTALS } from '@chengyun/contract/alarms'
import { LevelLamp } from '@chengyun/ui'
import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { Areas, ClockPair, SetPointFields, StreamRefFields } from './ConditionParts.tsx'
import { at, entries, FlagSlot, NumberSlot, NumbersSlot, PickSlot, push, SecondsSlot, type Slot, TextSlot } from './slot.tsx'

/** What the rungs of a kind are over: a number, yes or no, elapsed time. */
const OVER: Record<ConditionKind, 'value' | 'state' | 'after'> = {
  threshold: 'value',
  rate: 'value',
  noData: 'after',
  stuck: 'after',
  range: 'state',
  difference: 'value',
  setPoint: 'value',
  total: 'value',
  geofence: 'state',
  count: 'value',
  baseline: 'value',
  all: 'state',
  any: 'state'
}
const SIMPLE = new Set<ConditionKind>([
  'threshold',
  'rate',
  'noData',
  'stuck',
  'range',
  'difference',
  'setPoint',
  'total',
  'baseline'
])

/** A condition of a kind to begin with: what the kind cannot be without. */
export function blankCondition(kind: ConditionKind): Record<string, unknown> {
  const value = { levels: [{ level: 3, above: 0 }] }
  const state = { levels: [{ level: 3 }] }
  switch (kind) {
    case 'threshold':
      return { kind, ...value }
    case 'rate':
      return { kind, overS: 600, direction: 'rise', ...value }
    case 'noData':
      return { kind, levels: [{ level: 4, afterS: 1800 }] }
    case 'stuck':
      return { kind, levels: [{ level: 4, afterS: 21_600 }] }
    case 'range':
      return { kind, ...state }
    case 'difference':
      return { kind, minus: { stream: '' }, ...value }
    case 'setPoint':
      return { kind, target: { value: 0 }, ...value }
    case 'total':
      return { kind, of: 'sum', overS: 3600, ...value }
    case 'geofence':
      return { kind, areas: { type: '' }, is: 'outside', ...state }
    case 'count':
      return { kind, ofRule: '', withinM: 500, withinS: 600, levels: [{ level: 2, atLeast: 3 }] }
    case 'baseline':
      return { kind, season: 'hourOfDay', learnDays: 14, levels: [{ level: 3, above: 4 }] }
    case 'all':
    case 'any':
      return { kind, of: [{ condition: blankCondition('threshold') }, { condition: blankCondition('threshold') }], ...state }
  }
}

/** The form of a condition: its kind, what the kind asks for, its ladder of levels and how it ends. */
export function ConditionForm({ slot, within = false }: { slot: Slot; within?: boolean }) {
  const { t } = useTranslation()
  const kind = ((slot.value as { kind?: ConditionKind } | undefined)?.kind ?? 'threshold') as ConditionKind
  const kinds = within ? CONDITION_KINDS.filter((k) => SIMPLE.has(k)) : CONDITION_KINDS
  return (
    <div className="rule-condition">
      <PickSlot
        slot={{ value: kind, set: (v) => slot.set(blankCondition(v as ConditionKind)) }}
        label={t('arules.kind')}
        hint={t(`arules.kindHint.${kind}`)}
        options={kinds.map((value) => ({ value, label: t(`alarms.kind.${value}`) }))}
      />
      <KindFields kind={kind} slot={slot} />
      <Ladder slot={at(slot, 'levels')} over={OVER[kind]} />
      {OVER[kind] === 'value' && kind !== 'count' ? <Times slot={at(slot, 'times')} /> : null}
      <Clear slot={at(slot, 'clear')} over={OVER[kind]} />
    </div>
  )
}

function KindFields({ kind, slot }: { kind: ConditionKind; slot: Slot }) {
  const { t } = useTranslation()
  const words = (name: string, values: readonly string[]) =>
    values.map((value) => ({ value, label: t(`arules.${name}.${value}`) }))
  switch (kind) {
    case 'threshold':
    case 'noData':
      return null
    case 'rate':
      return (
        <div className="rule-row">
          <SecondsSlot slot={at(slot, 'overS')} label={t('arules.overS')} />
          <PickSlot slot={at(slot, 'direction')} label={t('arules.direction')} options={words('direction', DIRECTIONS)} />
          <FlagSlot slot={at(slot, 'relative')} label={t('arules.relative')} />
        </div>
      )
    case 'stuck':
      return (
        <div className="rule-row">
          <NumberSlot slot={at(slot, 'tolerance')} label={t('arules.tolerance')} min={0} />
          <NumberSlot slot={at(slot, 'readings')} label={t('arules.readings')} min={2} />
          <NumbersSlot slot={at(slot, 'except')} label={t('arules.except')} />
        </div>
      )
    case 'range':
      return (
        <div className="rule-row">
          <NumberSlot slot={at(slot, 'low')} label={t('arules.low')} hint={t('arules.rangeHint')} />
          <NumberSlot slot={at(slot, 'high')} label={t('arules.high')} />
        </div>
      )
    case 'difference':
      return (
        <>
          <StreamRefFields slot={at(slot, 'minus')} label={t('arules.minus')} />
          <div className="rule-row">
            <FlagSlot slot={at(slot, 'absolute')} label={t('arules.absolute')} />
            <FlagSlot slot={at(slot, 'relative')} label={t('arules.relative')} />
          </div>
        </>
      )
    case 'setPoint':
      return (
        <>
          <SetPointFields slot={at(slot, 'target')} />
          <FlagSlot slot={at(slot, 'relative')} label={t('arules.relative')} />
        </>
      )
    case 'total':
      return (
        <>
          <div className="rule-row">
            <PickSlot slot={at(slot, 'of')} label={t('arules.of')} options={words('total', TOTALS)} />
            <SecondsSlot slot={at(slot, 'overS')} label={t('arules.overS')} />
            <NumberSlot slot={at(slot, 'medianOfDays')} label={t('arules.medianOfDays')} min={3} />
            <NumberSlot slot={at(slot, 'readings')} label={t('arules.atLeastReadings')} min={1} />
          </div>
          <ClockPair slot={at(slot, 'between')} />
        </>
      )
    case 'geofence':
      return (
        <>
          <Areas slot={at(slot, 'areas')} />
          <div className="rule-row">
            <PickSlot slot={at(slot, 'is')} label={t('arules.is')} options={words('fence', ['inside', 'outside'])} />
            <NumberSlot slot={at(slot, 'bufferM')} label={t('arules.bufferM')} min={0} />
            <NumberSlot slot={at(slot, 'points')} label={t('arules.points')} min={1} />
          </div>
        </>
      )
    case 'count':
      return (
        <div className="rule-row">
          <TextSlot slot={at(slot, 'ofRule')} label={t('arules.ofRule')} max={60} />
          <NumberSlot slot={at(slot, 'withinM')} label={t('arules.withinM')} min={1} />
          <TextSlot slot={at(slot, 'relation')} label={t('arules.relation')} max={40} />
          <SecondsSlot slot={at(slot, 'withinS')} label={t('arules.withinS')} />
        </div>
      )
    case 'baseline':
      return (
        <>
          <div className="rule-row">
            <PickSlot slot={at(slot, 'season')} label={t('arules.baseSeason')} options={words('baseline', BASELINE_SEASONS)} />
            <NumberSlot slot={at(slot, 'learnDays')} label={t('arules.learnDays')} min={1} />
            <NumberSlot slot={at(slot, 'halfLifeDays')} label={t('arules.halfLifeDays')} min={1} />
            <NumberSlot slot={at(slot, 'minSpread')} label={t('arules.minSpread')} min={0} />
          </div>
          <StreamRefFields slot={at(slot, 'compensate')} label={t('arules.compensate')} optional />
        </>
      )
    case 'all':
    case 'any':
      return <Parts slot={slot} />
  }
}

/** The parts of "all" and "any": each over a stream of the thing or of a related one. */
function Parts({ slot }: { slot: Slot }) {
  const { t } = useTranslation()
  const of = at(slot, 'of')
  return (
    <div className="rule-parts">
      {entries(of).map((part, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: parts have no other name than their place
        <fieldset key={i}>
          <legend>{t('arules.part', { n: i + 1 })}</legend>
          <div className="rule-row">
            <TextSlot slot={at(part, 'stream')} label={t('arules.otherStream')} max={40} />
            <TextSlot slot={at(part, 'relation')} label={t('arules.relation')} max={40} />
            <Button size="small" type="text" onClick={() => part.set(undefined)}>
              {t('streams.remove')}
            </Button>
          </div>
          <ConditionForm slot={at(part, 'condition')} within />
        </fieldset>
      ))}
      <div className="rule-row">
        <SecondsSlot slot={at(slot, 'withinS')} label={t('arules.partsWithin')} />
        <Button size="small" onClick={() => push(of, { condition: blankCondition('threshold') })}>
          {t('arules.addPart')}
        </Button>
      </div>
    </div>
  )
}

const BOUNDS = ['above', 'atLeast', 'below', 'atMost'] as const

/** The ladder: from where on which level holds. */
function Ladder({ slot, over }: { slot: Slot; over: 'value' | 'state' | 'after' }) {
  const { t } = useTranslation()
  const levels = ([1, 2, 3, 4] as const).map((value) => ({ value, label: <LevelLamp level={value} named /> }))
  const rungs = entries(slot)
  return (
    <fieldset>
      <legend>{t('arules.ladder')}</legend>
      {rungs.map((rung, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: rungs have no other name than their place
        <div key={i} className="rule-row">
          <PickSlot slot={at(rung, 'level')} label={t('arules.level')} options={levels} />
          {over === 'value' ? BOUNDS.map((b) => <NumberSlot key={b} slot={at(rung, b)} label={t(`arules.bound.${b}`)} />) : null}
          {over === 'after' ? (
            <SecondsSlot slot={at(rung, 'afterS')} label={t('arules.afterS')} />
          ) : (
            <SecondsSlot slot={at(rung, 'forS')} label={t('arules.forS')} />
          )}
          {rungs.length > 1 ? (
            <Button size="small" type="text" onClick={() => rung.set(undefined)}>
              {t('streams.remove')}
            </Button>
          ) : null}
        </div>
      ))}
      {rungs.length < 4 ? (
        <Button size="small" onClick={() => push(slot, over === 'after' ? { level: 4, afterS: 3600 } : { level: 4 })}>
          {t('arules.addRung')}
        </Button>
      ) : null}
    </fieldset>
  )
}

function Times({ slot }: { slot: Slot }) {
  const { t } = useTranslation()
  const on = slot.value !== undefined
  return (
    <div className="rule-row">
      <FlagSlot
        slot={{ value: on, set: (v) => slot.set(v ? { count: 3, withinS: 600 } : undefined) }}
        label={t('arules.times')}
      />
      {on ? (
        <>
          <NumberSlot slot={at(slot, 'count')} label={t('arules.timesCount')} min={2} />
          <SecondsSlot slot={at(slot, 'withinS')} label={t('arules.timesWithin')} />
        </>
      ) : null}
    </div>
  )
}

function Clear({ slot, over }: { slot: Slot; over: 'value' | 'state' | 'after' }) {
  const { t } = useTranslation()
  const on = slot.value !== undefined
  return (
    <fieldset>
      <legend>{t('arules.clear')}</legend>
      <FlagSlot slot={{ value: on, set: (v) => slot.set(v ? {} : undefined) }} label={t('arules.clearOwn')} />
      {on ? (
        <div className="rule-row">
          {over === 'value' ? (
            <>
              <NumberSlot slot={at(slot, 'hysteresis')} label={t('arules.hysteresis')} min={0} />
              {BOUNDS.map((b) => (
                <NumberSlot key={b} slot={at(slot, b)} label={t(`arules.bound.${b}`)} />
              ))}
            </>
          ) : null}
          <SecondsSlot slot={at(slot, 'forS')} label={t('arules.clearFor')} />
        </div>
      ) : null}
    </fieldset>
  )
}
