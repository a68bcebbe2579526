import { Button, Input, InputNumber } from 'antd'
import { useTranslation } from 'react-i18next'
import { useTypeOptions } from './options.ts'
import { at, entries, FlagSlot, ManySlot, NumberSlot, PickSlot, push, SecondsSlot, type Slot, TextSlot } from './slot.tsx'

/** Another stream: of the same thing, or of one the item names. */
export function StreamRefFields({ slot, label, optional = false }: { slot: Slot; label: string; optional?: boolean }) {
  const { t } = useTranslation()
  const on = slot.value !== undefined
  return (
    <fieldset>
      <legend>{label}</legend>
      {optional ? (
        <FlagSlot slot={{ value: on, set: (v) => slot.set(v ? { stream: '' } : undefined) }} label={t('arules.useIt')} />
      ) : null}
      {on ? (
        <div className="rule-row">
          <TextSlot slot={keep(at(slot, 'stream'))} label={t('arules.streamKey')} max={40} />
          <TextSlot slot={at(slot, 'relation')} label={t('arules.relation')} max={40} />
          <SecondsSlot slot={at(slot, 'freshS')} label={t('arules.freshS')} />
        </div>
      ) : null}
    </fieldset>
  )
}

/** A text that may be empty while it is written but not left out. */
const keep = (slot: Slot): Slot => ({ value: slot.value, set: (v) => slot.set(v ?? '') })

/** The set point: a number, an attribute of the item, or another stream through a curve. */
export function SetPointFields({ slot }: { slot: Slot }) {
  const { t } = useTranslation()
  const value = (slot.value ?? {}) as Record<string, unknown>
  const how = 'of' in value ? 'of' : 'attribute' in value ? 'attribute' : 'value'
  const begin = { value: { value: 0 }, attribute: { attribute: '' }, of: { of: { stream: '' } } }
  return (
    <fieldset>
      <legend>{t('arules.target')}</legend>
      <PickSlot
        slot={{ value: how, set: (v) => slot.set(begin[v as keyof typeof begin]) }}
        label={t('arules.targetHow')}
        options={(['value', 'attribute', 'of'] as const).map((v) => ({ value: v, label: t(`arules.target.${v}`) }))}
      />
      {how === 'value' ? <NumberSlot slot={at(slot, 'value')} label={t('arules.target.value')} /> : null}
      {how === 'attribute' ? <TextSlot slot={keep(at(slot, 'attribute'))} label={t('arules.target.attribute')} max={40} /> : null}
      {how === 'of' ? (
        <>
          <StreamRefFields slot={at(slot, 'of')} label={t('arules.target.of')} />
          <Curve slot={at(slot, 'curve')} />
        </>
      ) : null}
    </fieldset>
  )
}

/** Pairs of the other stream and the set point, straight between them. */
function Curve({ slot }: { slot: Slot }) {
  const { t } = useTranslation()
  const points = entries(slot)
  return (
    <div className="rule-field">
      <span>{t('arules.curve')}</span>
      {points.map((p, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: points have no other name than their place
        <span key={i} className="rule-curve">
          {[0, 1].map((side) => (
            <InputNumber
              key={side}
              size="small"
              aria-label={t(side === 0 ? 'arules.curveFrom' : 'arules.curveTo', { n: i + 1 })}
              value={(p.value as number[])[side] ?? null}
              onChange={(v) => p.set((p.value as number[]).map((old, k) => (k === side ? (v ?? 0) : old)))}
            />
          ))}
          <Button
            size="small"
            type="text"
            onClick={() => (points.length <= 2 ? slot.set(undefined) : p.set(undefined))}
            aria-label={t('streams.remove')}
          >
            ×
          </Button>
        </span>
      ))}
      <Button
        size="small"
        onClick={() =>
          points.length === 0
            ? slot.set([
                [-10, 60],
                [10, 40]
              ])
            : push(slot, [0, 0])
        }
      >
        {t('arules.addPoint')}
      </Button>
    </div>
  )
}

/** From and to on the city's clock; neither where it is not used. */
export function ClockPair({ slot }: { slot: Slot }) {
  const { t } = useTranslation()
  const on = Array.isArray(slot.value)
  const pair = (slot.value ?? ['02:00', '04:00']) as string[]
  return (
    <div className="rule-row">
      <FlagSlot slot={{ value: on, set: (v) => slot.set(v ? ['02:00', '04:00'] : undefined) }} label={t('arules.between')} />
      {on
        ? [0, 1].map((i) => (
            <div key={i} className="rule-field">
              <label htmlFor={`between${i}`}>{t(i === 0 ? 'arules.from' : 'arules.to')}</label>
              <Input
                id={`between${i}`}
                value={pair[i] ?? ''}
                maxLength={5}
                onChange={(e) => slot.set(pair.map((old, k) => (k === i ? e.target.value : old)))}
              />
            </div>
          ))
        : null}
    </div>
  )
}

/** Areas a position is looked for in. */
export function Areas({ slot }: { slot: Slot }) {
  const { t } = useTranslation()
  const types = useTypeOptions()
  return (
    <fieldset>
      <legend>{t('arules.areas')}</legend>
      <div className="rule-row">
        <PickSlot slot={at(slot, 'type')} label={t('alarms.filter.type')} options={types} />
        <ManySlot slot={at(slot, 'classes')} label={t('arules.classes')} />
        <ManySlot slot={at(slot, 'items')} label={t('arules.items')} />
        <TextSlot slot={at(slot, 'relation')} label={t('arules.relation')} max={40} />
      </div>
    </fieldset>
  )
}
