import type { FieldAttendance } from '@chengyun/contract/field'
import { formatDate, formatShort, formatTime } from '@chengyun/ui/format.ts'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { usePosition } from '../../app/position.ts'
import { useServerCoverage, useServerShift } from '../../app/server.ts'
import { say } from '../../app/toast.ts'
import { useTrack } from '../../app/track.ts'
import { useWork } from '../../app/work.ts'
import { FieldMapView } from '../../map/FieldMapView.tsx'
import { cellsOf } from '../../map/nearest.ts'
import { Nav } from '../../parts/Nav.tsx'
import { Act, Note, Screen } from '../../parts/Screen.tsx'
import './shift.css'

/** My shift: begin and end it, and see which of my unit grids I have walked today. */
export function Shift() {
  const { t } = useTranslation()
  const { pack, line, outgoing, submit } = useWork()
  const fix = usePosition()
  const track = useTrack()
  const [busy, setBusy] = useState(false)
  const { told, asking } = useServerShift(line.online, line.waiting)
  const coverage = useServerCoverage(line.online, line.waiting)
  const map = pack?.map ?? null
  const today = formatDate(new Date())
  const walked = useMemo(() => {
    const cells = cellsOf(
      map,
      track.points.map((p) => p.place)
    )
    if (coverage?.day === today) for (const code of coverage.visitedCodes) cells.add(code)
    return cells
  }, [map, track.points, coverage, today])
  const cells = map?.unitGrids.features.length ?? coverage?.cells ?? 0
  const punch = outgoing.findLast((o) => o.kind === 'attendance' && o.state !== 'done' && o.state !== 'refused')
  const on = punch ? (punch.input as FieldAttendance).action === 'in' : (track.onShift ?? told?.onShift ?? false)
  const since = punch && on ? punch.at : (track.since ?? told?.start?.at ?? null)
  // On a telephone new to the person only the server knows: no button that turns into the other one under the thumb.
  const unsure = asking && told === null && !punch && track.onShift === null
  const here = fix.place
  const outside = here !== null && map !== null && cellsOf(map, [here]).size === 0

  const press = async (action: 'in' | 'out') => {
    setBusy(true)
    try {
      // The track belongs to the shift: it goes before its end.
      if (action === 'out') await track.flush()
      await submit({ kind: 'attendance', input: { action }, place: here, accuracyM: fix.accuracyM })
      track.set(action === 'in')
      say(t(action === 'in' ? 'shift.begun' : 'shift.ended'))
    } catch {
      say(t('app.notKept'))
    }
    setBusy(false)
  }

  return (
    <Screen
      title={t('shift.title')}
      sub={on && since ? t('shift.since', { time: formatShort(since, new Date()) }) : t('shift.off')}
      foot={
        <>
          <footer className="f-foot f-shift-foot">
            {on ? (
              <Act key="out" kind="bad" disabled={busy} onClick={() => void press('out')}>
                {t('shift.out')}
              </Act>
            ) : (
              <Act key="in" kind="primary" disabled={busy || unsure} onClick={() => void press('in')}>
                {t('shift.in')}
              </Act>
            )}
          </footer>
          <Nav />
        </>
      }
    >
      <div className="f-shift">
        <section className="f-part">
          <div className="f-cover">
            <p>
              <b>{walked.size}</b> / {cells}
            </p>
            <span>{t('shift.coverage', { percent: cells > 0 ? Math.round((walked.size / cells) * 100) : 0 })}</span>
            <i>
              <i style={{ width: `${cells > 0 ? (walked.size / cells) * 100 : 0}%` }} />
            </i>
          </div>
          {told?.planned ? (
            <p className="f-soft">
              {t('shift.planned', { from: formatTime(told.planned.startAt), to: formatTime(told.planned.endAt) })}
            </p>
          ) : null}
          {outside ? <Note>{t('shift.outside')}</Note> : null}
          {fix.problem ? <Note kind="bad">{t(fix.problem === 'denied' ? 'place.denied' : 'place.noFix')}</Note> : null}
          {on && told?.stayStill ? <Note>{t('shift.still', { m: Math.round(told.stillS / 60) })}</Note> : null}
        </section>
        {map && map.dutyGrids.features.length > 0 ? (
          <FieldMapView
            label={t('shift.map')}
            base={map}
            look={[]}
            visited={walked}
            me={here}
            track={track.points.map((p) => p.place)}
            marks={here ? [{ kind: 'me', place: here, accuracyM: fix.accuracyM }] : []}
          />
        ) : (
          <p className="f-pad f-soft">{t('shift.noGrid')}</p>
        )}
        <p className="f-small f-shift-legend">
          <i /> {t('shift.walked')} · {t(on ? 'shift.tracking' : 'shift.notTracking')}
        </p>
      </div>
    </Screen>
  )
}
