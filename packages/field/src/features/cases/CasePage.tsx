import { OPERATIONS, type OperationKey } from '@chengyun/contract/cases'
import type { FieldCase } from '@chengyun/contract/field'
import { ClockBar } from '@chengyun/ui/clock/ClockBar.tsx'
import { ClockLamp } from '@chengyun/ui/clock/Lamp.tsx'
import { formatDateTime } from '@chengyun/ui/format.ts'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useDistance } from '../../app/distance.ts'
import { usePosition } from '../../app/position.ts'
import { stepsUnderWay, useWork } from '../../app/work.ts'
import { FieldMapView } from '../../map/FieldMapView.tsx'
import { Icon } from '../../parts/Icon.tsx'
import { Act, Empty, Foot, Note, Screen } from '../../parts/Screen.tsx'
import { Sheet } from '../../parts/Sheet.tsx'
import { canAhead } from './ahead.ts'
import { CaseComponent } from './CaseComponent.tsx'
import { CasePhotos } from './CasePhotos.tsx'
import { navigationLink } from './navigate.ts'
import { StepSheet } from './StepSheet.tsx'
import { type FieldStep, mainSteps, otherSteps } from './steps.ts'
import './cases.css'

/** One case: what, where, how long is left, what it looks like, and at the foot what can be done with it. */
export function CasePage({ id }: { id: string }) {
  const { t } = useTranslation()
  const { pack } = useWork()
  const item = pack?.cases.find((c) => c.id === id)
  if (!item)
    return (
      <Screen title={t('case.title')} back>
        <Empty icon="unknown" title={t('case.gone')} hint={t('case.goneHint')} />
      </Screen>
    )
  return <OneCase item={item} />
}

function OneCase({ item }: { item: FieldCase }) {
  const { t, i18n } = useTranslation()
  const { pack, outgoing } = useWork()
  const fix = usePosition()
  const distance = useDistance(fix.place, item.location)
  const [step, setStep] = useState<FieldStep | null>(null)
  const [more, setMore] = useState(false)
  const done = stepsUnderWay(outgoing, item)
  const under = done.findLast((o) => o.state !== 'done')
  const can = canAhead(item, done, pack?.person.id ?? '')
  const main = mainSteps({ can })
  const others = otherSteps({ can })
  const opName = (op: OperationKey) => OPERATIONS[op][i18n.language === 'en' ? 'en' : 'zh']
  const name = (s: FieldStep) =>
    s.toColleague
      ? t('act.give')
      : s.result
        ? t(`result.${s.result}`)
        : (t(`act.${s.op}`, { defaultValue: opName(s.op) }) as string)
  const asked = item.task
    ? item.steps.findLast((s) => s.op === (item.task?.kind === 'verify' ? 'sendVerify' : 'sendCheck'))
    : undefined
  const returned = item.steps.findLast((s) => s.op === 'rework' || s.op === 'deptReject' || s.op === 'checkFailRework')
  return (
    <Screen
      title={item.className}
      sub={item.caseNo}
      back
      foot={
        main.length + others.length > 0 ? (
          <Foot>
            {others.length > 0 ? (
              <button type="button" className="f-act f-act-more" aria-label={t('case.more')} onClick={() => setMore(true)}>
                <Icon name="more" />
              </button>
            ) : null}
            {main.map((s) => (
              <Act key={s.result ?? s.op} kind={s.kind} icon={s.icon} onClick={() => setStep(s)}>
                {name(s)}
              </Act>
            ))}
          </Foot>
        ) : null
      }
    >
      {under ? (
        <div className="f-pad">
          <Note kind={under.state === 'conflict' || under.state === 'refused' ? 'bad' : 'calm'}>
            {t('case.under', { state: t(`sync.state.${under.state}`) })} <a href="#/sync">{t('case.underOpen')}</a>
          </Note>
        </div>
      ) : null}
      <section className="f-part">
        <p className="f-case-kind" data-act={item.task ? 'task' : 'none'}>
          {item.task ? t(`task.${item.task.kind}`) : t(`status.${item.status}`)}
          {item.urgent ? <em>{t('case.urgent')}</em> : null}
          {item.supervised ? <em>{t('case.supervised')}</em> : null}
        </p>
        {item.clock ? (
          <div className="f-case-clock f-case-clock-big">
            <ClockLamp clock={item.clock} />
            <ClockBar clock={item.clock} />
          </div>
        ) : null}
        <p className="f-lead">{item.description}</p>
        {asked?.opinion ? <Note kind="calm">{t('case.asked', { who: asked.actorName, what: asked.opinion })}</Note> : null}
        {!item.task && returned?.opinion ? (
          <Note>{t('case.returned', { who: returned.actorName, what: returned.opinion })}</Note>
        ) : null}
        {item.requestKind ? (
          <Note>{t(`case.request.${item.requestKind}`, { defaultValue: t('case.request.other') })}</Note>
        ) : null}
      </section>
      <section className="f-part f-place">
        <div className="f-map-box">
          <FieldMapView
            label={t('case.map', { place: item.address })}
            base={pack?.map ?? null}
            look={[item.location]}
            me={fix.place}
            marks={[
              { kind: 'task', place: item.location, late: item.clock?.lamp === 'late' },
              ...(fix.place ? [{ kind: 'me' as const, place: fix.place, accuracyM: fix.accuracyM }] : [])
            ]}
          />
        </div>
        <p className="f-lead f-place-name">{item.address || item.streetName}</p>
        <div className="f-place-go">
          <span className="f-soft">{distance ? t('case.fromHere', { distance }) : t('case.noFix')}</span>
          <a className="f-act" href={navigationLink(item.location, item.address || item.className)}>
            <Icon name="go" />
            {t('case.navigate')}
          </a>
        </div>
      </section>
      <CasePhotos item={item} />
      <section className="f-part">
        <h2>{t('case.facts')}</h2>
        <dl className="f-facts">
          <dt>{t('case.reportedAt')}</dt>
          <dd>{formatDateTime(item.reportedAt)}</dd>
          <dt>{t('case.class')}</dt>
          <dd>
            {item.majorName} · {item.classCode}
          </dd>
          {item.unitName ? (
            <>
              <dt>{t('case.unit')}</dt>
              <dd>{item.unitName}</dd>
            </>
          ) : null}
          {item.condition ? (
            <>
              <dt>{t('case.closeWhen')}</dt>
              <dd>{item.condition.closeText}</dd>
            </>
          ) : null}
          {item.componentId ? (
            <>
              <dt>{t('case.component')}</dt>
              <dd>
                <CaseComponent code={item.componentId} />
              </dd>
            </>
          ) : null}
        </dl>
      </section>
      <section className="f-part">
        <h2>{t('case.steps')}</h2>
        <ol className="f-steps">
          {item.steps.toReversed().map((s) => (
            <li key={s.seq}>
              <b>{opName(s.op)}</b>
              <small>
                {s.actorName} · {formatDateTime(s.at)}
              </small>
              {s.opinion ? <p>{s.opinion}</p> : null}
            </li>
          ))}
        </ol>
      </section>
      {more ? (
        <Sheet title={t('case.more')} onClose={() => setMore(false)}>
          {others.map((s) => (
            <button
              key={s.op}
              type="button"
              className="f-row"
              onClick={() => {
                setMore(false)
                setStep(s)
              }}
            >
              <div>
                <b>{name(s)}</b>
              </div>
              <Icon name="next" />
            </button>
          ))}
        </Sheet>
      ) : null}
      {step ? <StepSheet item={item} step={step} title={name(step)} onClose={() => setStep(null)} /> : null}
    </Screen>
  )
}
