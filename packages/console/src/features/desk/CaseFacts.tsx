import type { CaseView } from '@chengyun/contract/cases'
import { ClockBar, formatDateTime, formatShort, useNow } from '@chengyun/ui'
import type { TFunction } from 'i18next'
import { useTranslation } from 'react-i18next'
import { PublicWarnings } from './PublicWarnings.tsx'
import { Reporter } from './Reporter.tsx'
import { useLimitText } from './words.ts'

/** What is known of a case: class, source, people, limits, clocks, neighbours. */
export function CaseFacts({ view, onOpen }: { view: CaseView; onOpen: (id: string) => void }) {
  const { t } = useTranslation()
  const limitText = useLimitText()
  const now = useNow(60)
  const facts: [string, React.ReactNode][] = [
    ['class', `${view.majorName} / ${view.className}`],
    ['code', `${t(`kind.${view.kind}`)} ${view.classCode}`],
    ['source', t(`source.${view.sourceType}`)],
    ['severity', t(`severity.${view.severity}`)],
    // biome-ignore lint/correctness/useJsxKeyInIterable: pairs of a name and a value, keyed where they are drawn
    ['reporter', view.reporter ? <Reporter view={view} /> : null],
    ['component', view.componentId],
    ['unit', view.unitName],
    ['handler', view.handler?.name],
    [
      'task',
      view.task
        ? `${t(`task.${view.task.kind}`)} ${view.task.collectorName}${view.task.distanceM === null ? '' : ` · ${t('unit.metre', { m: Math.round(view.task.distanceM) })}`}`
        : null
    ],
    ['condition', view.condition?.text],
    ['closeCondition', view.condition?.closeText],
    ['limit', view.condition ? limitText(view.condition.limit) : null],
    ['deadline', view.handleDeadlineAt ? formatDateTime(view.handleDeadlineAt) : null],
    ['counts', countsText(view, t)],
    [
      'external',
      view.external
        ? `${view.external.system} ${view.external.no}${view.external.className ? ` · ${view.external.className}` : ''}`
        : null
    ],
    ['found', view.foundAt ? formatShort(view.foundAt, now) : null]
  ]
  return (
    <aside className="case-facts">
      <dl>
        {facts.map(([key, value]) =>
          value ? (
            <div key={key}>
              <dt>{t(`fact.${key}`)}</dt>
              <dd>{value}</dd>
            </div>
          ) : null
        )}
      </dl>
      {view.sourceType === 'public' || view.sourceType === 'app' ? <PublicWarnings caseNo={view.caseNo} /> : null}
      {view.dispatchReason ? <Why reason={view.dispatchReason} className={view.className} /> : null}
      {view.request ? <Note kind="request" record={view.request} /> : null}
      {view.supervision ? <Note kind="supervision" record={view.supervision} /> : null}
      {view.appeal ? <Note kind="appeal" record={view.appeal} /> : null}
      {view.visit ? <Note kind="visit" record={view.visit} /> : null}
      {view.clocks.length > 0 ? (
        <section>
          <h3>{t('case.clocks')}</h3>
          <ul className="case-clocks">
            {view.clocks.map((c) => (
              <li key={c.stage} title={`${formatDateTime(c.startAt)} → ${formatDateTime(c.deadlineAt)}`}>
                <span>{t(`stage.${c.stage}`)}</span>
                <small>{limitText(c.limit)}</small>
                <ClockBar clock={c} />
              </li>
            ))}
          </ul>
        </section>
      ) : null}
      {view.related.length > 0 ? (
        <section>
          <h3>{t('case.related', { count: view.related.length })}</h3>
          <ul className="case-related">
            {view.related.map((r) => (
              <li key={r.id}>
                <button type="button" onClick={() => onOpen(r.id)}>
                  {r.className}
                  <small>
                    {t(`relation.${r.relation}`)} · {t(`status.${r.status}`)} · {formatShort(r.reportedAt, now)}
                    {r.distanceM === null ? '' : ` · ${t('unit.metre', { m: Math.round(r.distanceM) })}`}
                  </small>
                </button>
              </li>
            ))}
          </ul>
        </section>
      ) : null}
    </aside>
  )
}

function countsText(view: CaseView, t: TFunction): string {
  const { extend, rework, return: back } = view.counts
  return [
    extend ? t('count.extend', { n: extend }) : '',
    rework ? t('count.rework', { n: rework }) : '',
    back ? t('count.return', { n: back }) : ''
  ]
    .filter(Boolean)
    .join(' · ')
}

/** Why this unit: the basis, the rules that chose it and their notes. */
function Why({ reason, className }: { reason: Record<string, unknown>; className: string }) {
  const { t } = useTranslation()
  const basis = typeof reason['basis'] === 'string' ? t(`basis.${reason['basis']}`, { defaultValue: '' }) : ''
  const rules = Array.isArray(reason['rules']) ? (reason['rules'] as { key?: string; version?: number; text?: string }[]) : []
  if (!basis && rules.length === 0) return null
  return (
    <section>
      <h3>{t('case.why')}</h3>
      <p className="case-note">
        {reason['automatic'] === true ? `${t('step.auto')} · ` : ''}
        {basis}
        {rules.map((r) => (
          <small key={r.key} title={r.key}>
            {[r.text || t('case.whyRule', { name: className }), r.version ? t('calendar.edition', { v: r.version }) : null]
              .filter(Boolean)
              .join(' · ')}
          </small>
        ))}
      </p>
    </section>
  )
}

/** A request, supervision, appeal or visit that stands on the case, in its own words. */
function Note({ kind, record }: { kind: 'request' | 'supervision' | 'appeal' | 'visit'; record: Record<string, unknown> }) {
  const { t } = useTranslation()
  const text = (key: string) => (typeof record[key] === 'string' ? (record[key] as string) : null)
  const at = text('at') ?? text('askedAt')
  const detail = text('kind')
  return (
    <section>
      <h3>
        {t(`note.${kind}`)}
        {detail ? ` · ${t(kind === 'request' ? `request.${detail}` : `option.kind.${detail}`)}` : ''}
      </h3>
      {kind === 'request' ? (
        <p className="case-note-stage">{t(record['atUnit'] === true ? 'request.atUnit' : 'request.atCentre')}</p>
      ) : null}
      <p className="case-note">
        {text('opinion') ?? text('reason') ?? text('requirement') ?? text('satisfaction') ?? t('note.noText')}
        <small>
          {[text('byName') ?? text('actorName'), at ? formatDateTime(at) : null, text('until')].filter(Boolean).join(' · ')}
        </small>
      </p>
    </section>
  )
}
