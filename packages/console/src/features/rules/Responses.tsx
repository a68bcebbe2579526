import {
  ALARM_LEVELS,
  CHANNELS,
  PARTIES,
  type ResponseDeclaration,
  type ResponseList,
  type ResponseView
} from '@chengyun/contract/alarms'
import { ROLES } from '@chengyun/contract/org'
import { formatDateTime, LevelLamp, Skeleton } from '@chengyun/ui'
import { useQuery } from '@tanstack/react-query'
import { Button, Drawer } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Static } from 'typebox'
import { api } from '../../api/client.ts'
import { QueryError } from '../../parts/states.tsx'
import { useAct } from '../../parts/useAct.tsx'
import { usePreferences } from '../../preferences.tsx'
import { useRoleName } from '../../shell/PersonMenu.tsx'
import { useSeconds } from '../alarms/words.ts'
import { at, entries, FlagSlot, ManySlot, NumberSlot, PickSlot, push, SecondsSlot, type Slot, TextSlot } from './slot.tsx'
import './rules.css'

/** Responses (响应流程): by level who is told through what, who must acknowledge in which time, and what follows if nobody does. */
export default function Responses() {
  const { t } = useTranslation()
  const { language } = usePreferences()
  const [open, setOpen] = useState<ResponseView | null>(null)
  const found = useQuery({
    queryKey: ['responses'],
    queryFn: async ({ signal }) => (await api<Static<typeof ResponseList>>('/alarms/responses', { signal })).items
  })
  if (found.isPending) return <Skeleton lines={8} />
  if (found.isError && !found.data) return <QueryError of={found} />
  return (
    <>
      {found.data.map((r) => (
        <section key={`${r.pack} ${r.declaration.key}`} className="response">
          <header>
            <h2>{r.declaration.name[language]}</h2>
            <span className="rule-note">
              {r.pack === 'city' ? t('arules.city') : r.pack} · {r.declaration.key}
              {r.updatedAt ? ` · ${formatDateTime(r.updatedAt)} ${r.updatedBy}` : ` · ${t('arules.delivered')}`}
            </span>
            <Button size="small" onClick={() => setOpen(r)}>
              {t('arules.edit')}
            </Button>
          </header>
          <Matrix declaration={r.declaration} />
        </section>
      ))}
      <Drawer
        open={open !== null}
        size={760}
        onClose={() => setOpen(null)}
        title={open?.declaration.name[language]}
        destroyOnHidden
      >
        {open ? <ResponseForm response={open} onDone={() => setOpen(null)} /> : null}
      </Drawer>
    </>
  )
}

function Matrix({ declaration }: { declaration: ResponseDeclaration }) {
  const { t } = useTranslation()
  const roleName = useRoleName()
  const seconds = useSeconds()
  return (
    <table className="rules-table">
      <thead>
        <tr>
          <th scope="col">{t('arules.level')}</th>
          {PARTIES.map((p) => (
            <th key={p} scope="col">
              {t(`alarms.party.${p}`)}
            </th>
          ))}
          <th scope="col">{t('arules.ladderOf')}</th>
        </tr>
      </thead>
      <tbody>
        {declaration.levels.map((l) => (
          <tr key={l.level}>
            <th scope="row">
              <LevelLamp level={l.level} named />
            </th>
            {PARTIES.map((p) => {
              const party = l.parties.find((one) => one.party === p)
              return (
                <td key={p}>
                  {party ? (
                    <>
                      {party.tell.map(roleName).join('、') || t('alarms.sees')}
                      <small>
                        {party.channels.map((c) => t(`arules.channel.${c}`)).join('、')}
                        {party.acknowledgeS ? ` · ${t('arules.within', { text: seconds(party.acknowledgeS) })}` : ''}
                      </small>
                    </>
                  ) : (
                    '–'
                  )}
                </td>
              )
            })}
            <td>
              {l.ladder.map((rung) => (
                <small key={rung.afterS}>
                  {seconds(rung.afterS)} → {rung.tell.flatMap((one) => one.roles.map(roleName)).join('、')}
                  {rung.raise ? ` · ${t('arules.raise')}` : ''}
                </small>
              ))}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function ResponseForm({ response, onDone }: { response: ResponseView; onDone: () => void }) {
  const { t } = useTranslation()
  const { act, busy } = useAct(['responses'])
  const [draft, setDraft] = useState<unknown>(response.declaration)
  const slot: Slot = { value: draft, set: setDraft }
  const levels = at(slot, 'levels')
  const storm = at(slot, 'storm')
  const known = new Set(entries(levels).map((l) => (l.value as { level: number }).level))
  const save = async () => {
    const done = await act(
      () => api(`/alarms/responses/${response.pack}`, { method: 'PUT', body: { version: response.version, declaration: draft } }),
      { done: t('streams.saved') }
    )
    if (done) onDone()
  }
  return (
    <div className="rule-form">
      {entries(levels).map((l) => (
        <LevelForm key={(l.value as { level: number }).level} slot={l} />
      ))}
      {ALARM_LEVELS.filter((n) => !known.has(n)).map((level) => (
        <Button key={level} size="small" onClick={() => push(levels, { level, parties: [], ladder: [] })}>
          {t('arules.addLevel', { level: t(`alarms.levelWord.${level}`) })}
        </Button>
      ))}
      <fieldset>
        <legend>{t('arules.storm')}</legend>
        <FlagSlot
          slot={{
            value: storm.value !== undefined,
            set: (v) => storm.set(v ? { count: 5, withinM: 500, withinS: 600 } : undefined)
          }}
          label={t('arules.stormOn')}
        />
        {storm.value === undefined ? null : (
          <div className="rule-row">
            <NumberSlot slot={at(storm, 'count')} label={t('arules.stormCount')} min={2} />
            <NumberSlot slot={at(storm, 'withinM')} label={t('arules.withinM')} min={1} />
            <SecondsSlot slot={at(storm, 'withinS')} label={t('arules.withinS')} />
            <TextSlot slot={at(storm, 'along')} label={t('arules.relation')} max={40} />
          </div>
        )}
      </fieldset>
      <Button type="primary" loading={busy} onClick={() => void save()}>
        {t('streams.save')}
      </Button>
    </div>
  )
}

function LevelForm({ slot }: { slot: Slot }) {
  const { t } = useTranslation()
  const roleName = useRoleName()
  const roles = ROLES.map((value) => ({ value, label: roleName(value) }))
  const channels = CHANNELS.map((value) => ({ value, label: t(`arules.channel.${value}`) }))
  const level = (slot.value as { level: 1 | 2 | 3 | 4 }).level
  const parties = at(slot, 'parties')
  const ladder = at(slot, 'ladder')
  return (
    <fieldset>
      <legend>
        <LevelLamp level={level} named />
      </legend>
      {entries(parties).map((p, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: parties have no other name than their place
        <div key={i} className="rule-row">
          <PickSlot
            slot={at(p, 'party')}
            label={t('arules.party')}
            options={PARTIES.map((value) => ({ value, label: t(`alarms.party.${value}`) }))}
          />
          <ManySlot slot={listed(at(p, 'tell'))} label={t('arules.tell')} options={roles} />
          <ManySlot slot={listed(at(p, 'channels'))} label={t('arules.channels')} options={channels} />
          <SecondsSlot slot={at(p, 'acknowledgeS')} label={t('arules.acknowledgeS')} />
          <Button size="small" type="text" onClick={() => p.set(undefined)}>
            {t('streams.remove')}
          </Button>
        </div>
      ))}
      {entries(parties).length < PARTIES.length ? (
        <Button size="small" onClick={() => push(parties, { party: 'owner', tell: [], channels: ['inApp'] })}>
          {t('arules.addParty')}
        </Button>
      ) : null}
      {entries(ladder).map((rung, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: rungs have no other name than their place
        <div key={i} className="rule-row">
          <SecondsSlot slot={at(rung, 'afterS')} label={t('arules.rungAfter')} />
          {entries(at(rung, 'tell')).map((one, k) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: those told have no other name than their place
            <div key={k} className="rule-row">
              <PickSlot
                slot={at(one, 'party')}
                label={t('arules.party')}
                options={PARTIES.map((value) => ({ value, label: t(`alarms.party.${value}`) }))}
              />
              <ManySlot slot={listed(at(one, 'roles'))} label={t('arules.tell')} options={roles} />
            </div>
          ))}
          <ManySlot slot={listed(at(rung, 'channels'))} label={t('arules.channels')} options={channels} />
          <FlagSlot slot={at(rung, 'raise')} label={t('arules.raise')} />
          <Button size="small" type="text" onClick={() => rung.set(undefined)}>
            {t('streams.remove')}
          </Button>
        </div>
      ))}
      <Button
        size="small"
        onClick={() => push(ladder, { afterS: 900, tell: [{ party: 'hub', roles: ['leader'] }], channels: ['inApp', 'sms'] })}
      >
        {t('arules.addLadder')}
      </Button>
      <FlagSlot slot={at(slot, 'supervise')} label={t('arules.supervise')} />
    </fieldset>
  )
}

/** A list that may be empty but has to be there. */
const listed = (slot: Slot): Slot => ({ value: slot.value, set: (v) => slot.set(v ?? []) })
