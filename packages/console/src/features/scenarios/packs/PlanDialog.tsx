import { PACK_OBJECTS, type PackPlan, type PackView, type PlanStep } from '@chengyun/contract/scenarios'
import { formatNumber, Skeleton } from '@chengyun/ui'
import { useQueryClient } from '@tanstack/react-query'
import { Alert, App, Checkbox, Input, Modal, Radio } from 'antd'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ApiError } from '../../../api/client.ts'
import { actOnPack, type Held, type PackAct, usePackPlan } from '../../../api/scenarios.ts'
import { QueryError } from '../../../parts/states.tsx'
import { useBoth } from '../context.ts'

export interface PlanDialogProps {
  pack: PackView
  act: PackAct
  onClose: () => void
}

/** Shows what an act would do, asks what becomes of data, and carries it out. */
export function PlanDialog({ pack, act, onClose }: PlanDialogProps) {
  const { t } = useTranslation()
  const both = useBoth()
  const client = useQueryClient()
  const { message } = App.useApp()
  const [held, setHeld] = useState<Held | null>(null)
  const [demo, setDemo] = useState(false)
  const [typed, setTyped] = useState('')
  const [fault, setFault] = useState<string | null>(null)
  const [since, setSince] = useState<number | null>(null)
  const plan = usePackPlan(pack.id, act, held)
  const holds = plan.data?.steps.some((s) => (s.holds ?? 0) > 0) ?? false
  const asksHeld = act === 'uninstall' && (holds || held !== null)
  const ready =
    plan.data !== undefined && !plan.isFetching && (!asksHeld || held !== null) && (held !== 'purge' || typed === pack.id)
  const run = async () => {
    if (!plan.data) return
    setFault(null)
    setSince(Date.now())
    try {
      await actOnPack(pack.id, act, {
        token: plan.data.token,
        ...(held ? { held } : {}),
        ...(act === 'install' && demo ? { demo } : {}),
        ...(held === 'purge' ? { confirm: typed } : {})
      })
      for (const key of ['scenarios', 'widget', 'registry', 'map']) void client.invalidateQueries({ queryKey: [key] })
      void message.success(t(`packs.did.${act}`, { name: both(pack.name) }))
      onClose()
    } catch (e) {
      setSince(null)
      setFault((e as Error).message)
      // What was looked at no longer holds: the new plan is shown in its place.
      if (e instanceof ApiError && e.code === 'SCENARIOS_PLAN_CHANGED') void plan.refetch()
    }
  }
  return (
    <Modal
      open
      width={760}
      title={t(`packs.title.${act}`, { name: both(pack.name), version: pack.offered ?? '' })}
      okText={t(`packs.act.${act}`)}
      cancelText={t('panel.cancel')}
      okButtonProps={{ disabled: !ready, danger: act === 'uninstall' }}
      confirmLoading={since !== null}
      closable={since === null}
      mask={{ closable: since === null }}
      cancelButtonProps={{ disabled: since !== null }}
      onOk={() => void run()}
      onCancel={onClose}
    >
      {fault ? <Alert type="error" showIcon title={fault} style={{ marginBottom: 12 }} /> : null}
      {plan.isError ? <QueryError of={plan} /> : null}
      {plan.isPending ? <Skeleton lines={6} /> : null}
      {plan.data ? <Plan plan={plan.data} /> : null}
      {asksHeld ? (
        <Radio.Group
          className="packs-held"
          value={held}
          onChange={(e) => setHeld(e.target.value as Held)}
          disabled={since !== null}
        >
          {(['keep', 'purge'] as const).map((h) => (
            <Radio key={h} value={h}>
              <b>{t(`packs.held.${h}`)}</b>
              <span>{t(`packs.held.${h}.hint`)}</span>
            </Radio>
          ))}
        </Radio.Group>
      ) : null}
      {held === 'purge' ? (
        <label className="packs-confirm" htmlFor="packs-confirm">
          {t('packs.confirm', { id: pack.id })}
          <Input
            id="packs-confirm"
            value={typed}
            autoComplete="off"
            spellCheck={false}
            onChange={(e) => setTyped(e.target.value)}
          />
        </label>
      ) : null}
      {act === 'install' ? (
        <Checkbox checked={demo} disabled={since !== null} onChange={(e) => setDemo(e.target.checked)}>
          {t('packs.demo')}
        </Checkbox>
      ) : null}
      {since === null ? null : <Progress since={since} />}
    </Modal>
  )
}

/** It runs in one transaction, so there is no half of it to show: only that it goes on, and for how long. */
function Progress({ since }: { since: number }) {
  const { t } = useTranslation()
  const [now, setNow] = useState(since)
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000)
    return () => clearInterval(timer)
  }, [])
  return (
    <p className="packs-progress" role="status">
      <i aria-hidden="true" />
      {t('packs.running', { s: Math.round((now - since) / 1000) })}
    </p>
  )
}

const ORDER: readonly PlanStep['act'][] = ['add', 'change', 'rename', 'remove', 'retire', 'keep']

function Plan({ plan }: { plan: PackPlan }) {
  const { t } = useTranslation()
  const both = useBoth()
  const count = (act: PlanStep['act']) => plan.steps.filter((s) => s.act === act).length
  const sum = ORDER.filter((a) => count(a) > 0).map((a) => t(`packs.sum.${a}`, { n: formatNumber(count(a)) }))
  const lost = plan.steps.filter((s) => (s.holds ?? 0) > 0)
  const kinds = PACK_OBJECTS.filter((k) => plan.steps.some((s) => s.kind === k))
  return (
    <div className="packs-plan">
      <p>{sum.length > 0 ? t('packs.will', { what: sum.join('，') }) : t(`packs.willOnly.${plan.act}`)}</p>
      {lost.length > 0 ? (
        <Alert
          type="warning"
          showIcon
          title={t('packs.lost')}
          description={lost.map((s) => t('packs.lostOne', { name: both(s.name), n: formatNumber(s.holds) })).join('；')}
        />
      ) : null}
      {kinds.map((kind) => {
        const steps = plan.steps.filter((s) => s.kind === kind)
        return (
          <details key={kind} open={steps.length <= 12}>
            <summary>
              {t(`packs.kind.${kind}`)} <b>{formatNumber(steps.length)}</b>
            </summary>
            <ul>
              {steps.map((s) => (
                <li key={`${s.act}${s.key}`}>
                  <i className={s.act}>{t(`packs.step.${s.act}`)}</i>
                  <span>{both(s.name)}</span>
                  <code>{s.from ? `${s.from} → ${s.key}` : s.key}</code>
                  {s.holds ? <em>{t('packs.holds', { n: formatNumber(s.holds) })}</em> : null}
                </li>
              ))}
            </ul>
          </details>
        )
      })}
    </div>
  )
}
