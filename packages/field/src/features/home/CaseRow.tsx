import type { FieldCase } from '@chengyun/contract/field'
import { ClockBar } from '@chengyun/ui/clock/ClockBar.tsx'
import { ClockLamp } from '@chengyun/ui/clock/Lamp.tsx'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useDistance } from '../../app/distance.ts'
import type { Outgoing } from '../../app/work.ts'
import type { Place } from '../../map/project.ts'
import { Icon } from '../../parts/Icon.tsx'
import type { FieldAct } from './order.ts'

/** A case in a list: what is to be done, what and where it is, how long is left. */
export function CaseRow({
  item,
  act,
  me,
  sent
}: {
  item: FieldCase
  act: FieldAct | null
  me: Place | null
  sent?: Outgoing | undefined
}) {
  const { t } = useTranslation()
  const [broken, setBroken] = useState(false)
  const distance = useDistance(me, item.location)
  return (
    <li>
      <a className="f-case" data-photo={item.thumbnailUrl !== null} href={`#/case/${item.id}`}>
        <div className="f-case-words">
          <p className="f-case-kind" data-act={act ?? 'none'}>
            {act ? t(`act.${act}`) : t(`status.${item.status}`)}
            {item.urgent ? <em>{t('case.urgent')}</em> : null}
            {item.supervised ? <em>{t('case.supervised')}</em> : null}
          </p>
          <b>{item.className}</b>
          <p className="f-case-place">
            {distance ? <span>{distance}</span> : null}
            {item.address || item.streetName}
          </p>
        </div>
        {item.thumbnailUrl ? (
          <span className="f-case-thumb">
            {broken ? (
              <Icon name="camera" />
            ) : (
              <img src={item.thumbnailUrl} alt="" loading="lazy" onError={() => setBroken(true)} />
            )}
          </span>
        ) : null}
        {sent ? (
          <p className="f-case-sent">{t(`sync.state.${sent.state}`)}</p>
        ) : item.clock ? (
          <div className="f-case-clock">
            <ClockLamp clock={item.clock} />
            <ClockBar clock={item.clock} />
          </div>
        ) : null}
      </a>
    </li>
  )
}
