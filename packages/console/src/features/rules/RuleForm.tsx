import { QUALITIES } from '@chengyun/contract/streams'
import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { useClasses } from '../../api/config.ts'
import { useDistricts } from '../../api/reference.ts'
import { ClassPicker } from '../../parts/ClassPicker.tsx'
import { ConditionForm } from './Condition.tsx'
import { useStreamOptions, useTypeOptions } from './options.ts'
import { at, entries, FlagSlot, ManySlot, PickSlot, push, SecondsSlot, type Slot, TextSlot } from './slot.tsx'

/** A rule as a form: what it watches, when it is an alarm, when it judges, what follows, where its figures come from. */
export function RuleForm({ slot, fixedKey }: { slot: Slot; fixedKey: boolean }) {
  const { t } = useTranslation()
  return (
    <div className="rule-form">
      <section>
        <h2>{t('arules.basics')}</h2>
        <div className="rule-row">
          {fixedKey ? null : (
            <TextSlot slot={keep(at(slot, 'key'))} label={t('arules.key')} hint={t('arules.keyHint')} max={60} />
          )}
          <Both slot={at(slot, 'name')} label={t('arules.name')} max={60} />
        </div>
      </section>
      <Scope slot={at(slot, 'on')} />
      <section>
        <h2>{t('arules.condition')}</h2>
        <ConditionForm slot={at(slot, 'condition')} />
      </section>
      <When slot={slot} />
      <Follows slot={slot} />
      <section>
        <h2>{t('arules.source')}</h2>
        <div className="rule-row">
          <TextSlot slot={keep(at(at(slot, 'source'), 'standard'))} label={t('arules.standard')} />
          <TextSlot slot={at(at(slot, 'source'), 'clause')} label={t('arules.clause')} max={60} />
        </div>
      </section>
    </div>
  )
}

/** A text that may be empty while it is written but not left out. */
const keep = (slot: Slot): Slot => ({ value: slot.value, set: (v) => slot.set(v ?? '') })

/** A text in both languages; without either it is taken out where it may be. */
function Both({
  slot,
  label,
  max,
  optional = false,
  long = false
}: {
  slot: Slot
  label: string
  max: number
  optional?: boolean
  long?: boolean
}) {
  const { t } = useTranslation()
  const side = (key: 'zh' | 'en'): Slot => {
    const both = (slot.value ?? { zh: '', en: '' }) as Record<string, string>
    return {
      value: both[key],
      set: (v) => {
        const next = { zh: both['zh'] ?? '', en: both['en'] ?? '', [key]: (v as string | undefined) ?? '' }
        slot.set(optional && next.zh === '' && next.en === '' ? undefined : next)
      }
    }
  }
  return (
    <>
      <TextSlot slot={side('zh')} label={t('arules.inZh', { label })} max={max} long={long} />
      <TextSlot slot={side('en')} label={t('arules.inEn', { label })} max={max} long={long} />
    </>
  )
}

function Scope({ slot }: { slot: Slot }) {
  const { t } = useTranslation()
  const types = useTypeOptions()
  const districts = useDistricts()
  const type = String((slot.value as { type?: string } | undefined)?.type ?? '')
  const streams = useStreamOptions(type)
  const where = at(slot, 'where')
  return (
    <section>
      <h2>{t('arules.scope')}</h2>
      <div className="rule-row">
        <PickSlot slot={at(slot, 'type')} label={t('alarms.filter.type')} options={types} />
        {streams.length > 0 ? (
          <PickSlot slot={at(slot, 'stream')} label={t('arules.stream')} options={streams} />
        ) : (
          <TextSlot slot={keep(at(slot, 'stream'))} label={t('arules.stream')} max={40} />
        )}
        <ManySlot
          slot={at(slot, 'districts')}
          label={t('filter.district')}
          options={districts.map((d) => ({ value: d.code, label: d.name }))}
        />
        <ManySlot slot={at(slot, 'classes')} label={t('arules.classes')} />
        <ManySlot slot={at(slot, 'items')} label={t('arules.items')} hint={t('arules.itemsHint')} />
      </div>
      {entries(where).map((one, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: conditions on attributes have no other name than their place
        <div key={i} className="rule-row">
          <TextSlot slot={keep(at(one, 'attribute'))} label={t('arules.attribute')} max={40} />
          <ManySlot slot={at(one, 'is')} label={t('arules.is')} />
          <Button size="small" type="text" onClick={() => one.set(undefined)}>
            {t('streams.remove')}
          </Button>
        </div>
      ))}
      <Button size="small" onClick={() => push(where, { attribute: '', is: [] })}>
        {t('arules.addWhere')}
      </Button>
    </section>
  )
}

const DAYS = [1, 2, 3, 4, 5, 6, 7] as const

function When({ slot }: { slot: Slot }) {
  const { t } = useTranslation()
  const hours = at(slot, 'hours')
  const season = at(slot, 'season')
  const days = DAYS.map((value) => ({ value, label: t(`arules.day.${value}`) }))
  return (
    <section>
      <h2>{t('arules.when')}</h2>
      {entries(hours).map((one, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: hours have no other name than their place
        <div key={i} className="rule-row">
          <TextSlot slot={keep(at(one, 'from'))} label={t('arules.from')} max={5} />
          <TextSlot slot={keep(at(one, 'to'))} label={t('arules.to')} max={5} />
          <ManySlot slot={at(one, 'days')} label={t('arules.days')} options={days} />
          <Button
            size="small"
            type="text"
            onClick={() => (entries(hours).length === 1 ? hours.set(undefined) : one.set(undefined))}
          >
            {t('streams.remove')}
          </Button>
        </div>
      ))}
      <Button size="small" onClick={() => push(hours, { from: '08:00', to: '20:00' })}>
        {t('arules.addHours')}
      </Button>
      <div className="rule-row">
        <FlagSlot
          slot={{ value: season.value !== undefined, set: (v) => season.set(v ? { from: '11-16', to: '04-05' } : undefined) }}
          label={t('arules.season')}
        />
        {season.value === undefined ? null : (
          <>
            <TextSlot slot={keep(at(season, 'from'))} label={t('arules.seasonFrom')} max={5} />
            <TextSlot slot={keep(at(season, 'to'))} label={t('arules.seasonTo')} max={5} />
          </>
        )}
        <ManySlot
          slot={at(slot, 'accept')}
          label={t('arules.accept')}
          options={QUALITIES.map((value) => ({ value, label: t(`streams.state.${value}`) }))}
        />
        <SecondsSlot slot={at(slot, 'lateS')} label={t('arules.lateS')} />
      </div>
    </section>
  )
}

function Follows({ slot }: { slot: Slot }) {
  const { t } = useTranslation()
  const made = at(slot, 'case')
  const actuate = at(slot, 'actuate')
  const levels = ([1, 2, 3, 4] as const).map((value) => ({ value, label: t(`alarms.levelWord.${value}`) }))
  return (
    <section>
      <h2>{t('arules.follows')}</h2>
      <div className="rule-row">
        <Both slot={at(slot, 'title')} label={t('arules.title')} max={120} optional />
      </div>
      <p className="rule-note">{t('arules.titleHint')}</p>
      <div className="rule-row">
        <Both slot={at(slot, 'advice')} label={t('alarms.advice')} max={400} optional long />
      </div>
      <div className="rule-row">
        <TextSlot slot={at(slot, 'response')} label={t('arules.response')} hint={t('arules.responseHint')} max={40} />
        <TextSlot slot={at(slot, 'family')} label={t('arules.family')} hint={t('arules.familyHint')} max={60} />
        <FlagSlot slot={at(slot, 'sensorFault')} label={t('arules.sensorFault')} />
      </div>
      <FlagSlot
        slot={{ value: made.value !== undefined, set: (v) => made.set(v ? { ...NO_CLASS } : undefined) }}
        label={t('arules.case')}
      />
      {made.value === undefined ? null : (
        <div className="rule-row">
          <CaseClass slot={made} />
          <ManySlot slot={at(made, 'levels')} label={t('arules.caseLevels')} options={levels} />
          <ManySlot slot={at(made, 'urgent')} label={t('arules.urgent')} options={levels} />
        </div>
      )}
      {entries(actuate).map((one, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: actuations have no other name than their place
        <div key={i} className="rule-row">
          <TextSlot slot={keep(at(one, 'actuator'))} label={t('arules.actuator')} max={40} />
          <TextSlot slot={keep(at(one, 'command'))} label={t('arules.command')} max={40} />
          <ManySlot slot={at(one, 'levels')} label={t('arules.level')} options={levels} />
          <Button
            size="small"
            type="text"
            onClick={() => (entries(actuate).length === 1 ? actuate.set(undefined) : one.set(undefined))}
          >
            {t('streams.remove')}
          </Button>
        </div>
      ))}
      <Button size="small" onClick={() => push(actuate, { actuator: '', command: '', levels: [1] })}>
        {t('arules.addActuation')}
      </Button>
    </section>
  )
}

const NO_CLASS = { standardRef: 'GB/T 47678.5-2026', kind: 'matter', classCode: '', levels: [1] }

function CaseClass({ slot }: { slot: Slot }) {
  const { t } = useTranslation()
  const known = useClasses().data
  const code = (slot.value as { classCode?: string }).classCode ?? null
  return (
    <div className="rule-field">
      <label htmlFor="rule-class">{t('alarms.field.class')}</label>
      <ClassPicker
        id="rule-class"
        kind={null}
        value={known ? code : null}
        onChange={(c) =>
          slot.set({
            ...(slot.value as Record<string, unknown>),
            ...(c ? { standardRef: c.standardRef, kind: c.kind, classCode: c.code } : { classCode: '' })
          })
        }
      />
    </div>
  )
}
