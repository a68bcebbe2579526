import type { TrackPoint } from '@chengyun/contract/field'
import { setServerTime } from '@chengyun/ui/clock/tick.ts'
import { storedLanguage } from '@chengyun/ui/i18n.ts'
import { type ReactNode, useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react'
import { useTranslation } from 'react-i18next'
import { keepPictures } from '../pwa/pictures.ts'
import { SyncEngine, type SyncOperation, type SyncSnapshot } from '../sync/index.ts'
import { csrfToken } from './api.ts'
import { currentClasses } from './classes.ts'
import { deviceId } from './device.ts'
import { checkSession, type Person, useSession } from './session.ts'
import { startTrack } from './track.ts'
import { type Deed, type Outgoing, type OutgoingState, type Work, WorkContext } from './work.ts'

const AGAIN_MS = 60_000
const STATES: Record<SyncOperation['state'], OutgoingState> = {
  queued: 'waiting',
  uploading: 'sending',
  sent: 'sending',
  done: 'done',
  conflict: 'conflict',
  refused: 'refused'
}

/** Opens the log of the person on this phone and gives it to the pages. */
export function WorkProvider({ person, children }: { person: Person; children: ReactNode }) {
  const [engine, setEngine] = useState<SyncEngine | null>(null)
  const [failed, setFailed] = useState(false)
  const { t } = useTranslation()
  useEffect(() => {
    let gone = false
    let opened: SyncEngine | null = null
    const headers = () => ({
      accept: 'application/json',
      'accept-language': storedLanguage() === 'zh' ? 'zh-CN' : 'en',
      'x-csrf-token': csrfToken()
    })
    SyncEngine.open({ userId: person.user.id, deviceId: deviceId(), headers }).then(
      (made) => {
        if (gone) return made.close()
        opened = made
        setEngine(made)
      },
      () => setFailed(true)
    )
    return () => {
      gone = true
      opened?.close()
    }
  }, [person.user.id])
  if (failed) return <p className="f-pad">{t('app.noStore')}</p>
  return engine ? <Working engine={engine}>{children}</Working> : null
}

function Working({ engine, children }: { engine: SyncEngine; children: ReactNode }) {
  const { t } = useTranslation()
  const { expired } = useSession()
  const snapshot = useSyncExternalStore(engine.subscribe, engine.snapshot)
  const connected = useConnected()
  const { status } = snapshot
  const asked = useRef(false)

  // As often as there is reason to hope: at the start, with a new session, when the network is back, when the phone is taken up again.
  useEffect(() => {
    const now = () => void engine.syncNow()
    const seen = () => document.visibilityState === 'visible' && now()
    if (!expired) now()
    addEventListener('online', now)
    document.addEventListener('visibilitychange', seen)
    const timer = setInterval(seen, AGAIN_MS)
    return () => {
      removeEventListener('online', now)
      document.removeEventListener('visibilitychange', seen)
      clearInterval(timer)
    }
  }, [engine, expired])

  // The token of the session lives in memory only: after a restart it is fetched before anything is sent.
  useEffect(() => {
    if (!status.signedOut) {
      asked.current = false
      return
    }
    if (asked.current) return
    asked.current = true
    void checkSession().then(() => {
      if (csrfToken()) void engine.syncNow()
    })
  }, [engine, status.signedOut])

  useEffect(
    () => startTrack(async (points: TrackPoint[]) => void (await engine.enqueue({ kind: 'track', input: { points } }))),
    [engine]
  )

  const cases = snapshot.package?.cases
  useEffect(() => {
    if (cases) keepPictures(cases)
  }, [cases])
  useEffect(() => {
    if (status.driftMs !== null) setServerTime(new Date(Date.now() - status.driftMs))
  }, [status.driftMs])

  const work = useMemo(() => workOf(engine, snapshot, connected, t), [engine, snapshot, connected, t])
  return <WorkContext value={work}>{children}</WorkContext>
}

function useConnected(): boolean {
  return useSyncExternalStore(
    (l) => {
      addEventListener('online', l)
      addEventListener('offline', l)
      return () => {
        removeEventListener('online', l)
        removeEventListener('offline', l)
      }
    },
    () => navigator.onLine
  )
}

function workOf(
  engine: SyncEngine,
  { status, operations, package: kept }: SyncSnapshot,
  connected: boolean,
  t: (key: string) => string
): Work {
  return {
    pack: kept && {
      person: kept.person,
      classes: currentClasses(kept.classes),
      cases: kept.cases,
      map: kept.map,
      components: kept.components,
      correctionM: kept.placeCorrectionM,
      at: kept.fetchedAt
    },
    line: {
      online: connected && !status.offline,
      sending: status.sending,
      waiting: status.waiting,
      oldestAt: status.oldestAt,
      trouble: status.trouble,
      driftMs: status.driftMs,
      usedShare: status.usedShare,
      freeBytes: status.freeBytes,
      full: status.full
    },
    outgoing: operations.map((o) => outgoingOf(o, status.sending && connected && !status.offline, t)),
    submit: async ({ kind, input, shots, place, accuracyM, version }: Deed) => {
      await engine.enqueue({
        kind,
        input,
        place: place ? [place[0], place[1]] : null,
        // Without a fix there is no accuracy to tell.
        accuracyM: place ? (accuracyM ?? null) : null,
        photos: (shots ?? []).map((s) => ({
          blob: s.blob,
          phase: s.phase,
          sha256: s.sha256,
          capturedAt: s.capturedAt,
          place: s.place ? [s.place[0], s.place[1]] : null
        })),
        ...(version === undefined ? {} : { version })
      })
    },
    syncNow: () => engine.syncNow(),
    again: (key) => engine.resolve(key, 'mine'),
    giveUp: (key) => engine.resolve(key, 'theirs')
  }
}

function outgoingOf(o: SyncOperation, moving: boolean, t: (key: string) => string): Outgoing {
  const state = STATES[o.state]
  const hopeless = o.error?.code === 'FIELD_REPORT_GIVEN_UP'
  return {
    key: o.key,
    kind: o.kind,
    // Begun and broken off: without a line it waits like the others.
    state: state === 'sending' && !moving ? 'waiting' : state,
    at: o.capturedAt,
    input: o.input as unknown as Outgoing['input'],
    files: o.photoIds.length,
    filesSent: o.photosSent,
    problem: o.blockedBy ? t('sync.blocked') : hopeless ? t('sync.reportGivenUp') : (o.error?.message ?? null),
    hopeless,
    current: o.current,
    caseNo: o.result?.caseNo ?? null,
    version: o.result?.version ?? null
  }
}
