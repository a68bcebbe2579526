import { OPERATIONS } from '@chengyun/contract/cases'
import type { FieldMove } from '@chengyun/contract/field'
import { formatShort } from '@chengyun/ui/format.ts'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type Outgoing, useWork } from '../../app/work.ts'
import { Act } from '../../parts/Screen.tsx'
import { useDeedName } from './deedName.ts'

/** Two versions of one case side by side: what I did, and what has happened meanwhile. Only the person decides. */
export function Conflict({ item }: { item: Outgoing }) {
  const { t, i18n } = useTranslation()
  const { again, giveUp } = useWork()
  const [sure, setSure] = useState<'again' | 'giveUp' | null>(null)
  const { what, about } = useDeedName()(item)
  const language = i18n.language === 'en' ? 'en' : 'zh'
  const now = item.current
  const last = now?.steps.at(-1)
  const mine = item.input as FieldMove
  // A case that is out of sight would contradict again and again.
  const possible = item.kind !== 'move' || (now?.can.some((c) => c.op === mine.op) ?? false)
  return (
    <section className="f-part f-trouble">
      <b>{t('conflict.title', { what })}</b>
      <small>{about}</small>
      <div className="f-versions">
        <div>
          <h3>{t('conflict.mine')}</h3>
          <p className="f-lead">{what}</p>
          <p>{formatShort(item.at, new Date())}</p>
          {mine.opinion || mine.reason ? <p>{mine.opinion ?? mine.reason}</p> : null}
          {item.files > 0 ? <p>{t('conflict.photos', { n: item.files })}</p> : null}
        </div>
        <div>
          <h3>{t('conflict.theirs')}</h3>
          {now ? (
            <>
              <p className="f-lead">{t(`status.${now.status}`)}</p>
              {last ? (
                <>
                  <p>{formatShort(last.at, new Date())}</p>
                  <p>{t('conflict.by', { who: last.actorName, what: OPERATIONS[last.op][language] })}</p>
                  {last.opinion ? <p>{last.opinion}</p> : null}
                </>
              ) : null}
            </>
          ) : (
            <p>{item.problem ?? t('conflict.unseen')}</p>
          )}
        </div>
      </div>
      <p className="f-soft">{t(possible ? 'conflict.choose' : 'conflict.onlyDrop')}</p>
      <div className="f-acts">
        <Act kind="bad" onClick={() => (sure === 'giveUp' ? void giveUp(item.key) : setSure('giveUp'))}>
          {t(sure === 'giveUp' ? 'conflict.dropSure' : 'conflict.drop')}
        </Act>
        {possible ? (
          <Act kind="primary" onClick={() => (sure === 'again' ? void again(item.key) : setSure('again'))}>
            {t(sure === 'again' ? 'conflict.keepSure' : 'conflict.keep')}
          </Act>
        ) : null}
      </div>
    </section>
  )
}
