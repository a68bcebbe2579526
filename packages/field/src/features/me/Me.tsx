import { formatDateTime } from '@chengyun/ui/format.ts'
import { setLanguage } from '@chengyun/ui/i18n.ts'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { replace } from '../../app/route.ts'
import { signOut, useSession } from '../../app/session.ts'
import { forgetTrack } from '../../app/track.ts'
import { useWork } from '../../app/work.ts'
import { Choices } from '../../parts/Choices.tsx'
import { Act, Foot, Note, Screen } from '../../parts/Screen.tsx'
import { Warnings } from '../../parts/Warnings.tsx'
import { setColours, storedMode } from '../../tokens.ts'

const MB = 1024 * 1024

/** Who works on this phone, its language and its light, and what is kept here. */
export function Me() {
  const { t, i18n } = useTranslation()
  const { person } = useSession()
  const { pack, line } = useWork()
  const [mode, setMode] = useState(storedMode)
  const [sure, setSure] = useState(false)
  if (!person) return null
  const grids = pack?.map?.dutyGrids.features.map((f) => f.properties.name) ?? []
  const some = (names: string[]) =>
    names.length > 3
      ? t('me.gridsMore', { names: names.slice(0, 2).join(t('app.comma')), n: names.length })
      : names.join(t('app.comma'))
  const leave = () => {
    if (!sure && line.waiting + line.trouble > 0) return setSure(true)
    forgetTrack()
    void signOut().then(() => replace('/'))
  }
  return (
    <Screen
      title={person.user.name}
      sub={person.user.unitName ?? person.user.username}
      back
      foot={
        <Foot>
          <Act kind="bad" onClick={leave}>
            {t(sure ? 'me.leaveSure' : 'me.leave')}
          </Act>
        </Foot>
      }
    >
      <Warnings always />
      {sure ? (
        <div className="f-pad">
          <Note>{t('me.leaveHint', { n: line.waiting + line.trouble })}</Note>
        </div>
      ) : null}
      <section className="f-part">
        <h2>{t('me.posts')}</h2>
        {[...Map.groupBy(person.posts, (p) => p.role)].map(([role, posts]) => (
          <div key={role}>
            <p className="f-lead">{t(`role.${role}`)}</p>
            <p className="f-soft">{some(posts.map((p) => p.unitName))}</p>
          </div>
        ))}
      </section>
      <section className="f-part">
        <h2>{t('me.language')}</h2>
        <Choices
          label={t('me.language')}
          value={i18n.language === 'en' ? 'en' : 'zh'}
          options={[
            { value: 'zh', label: t('me.zh') },
            { value: 'en', label: t('me.en') }
          ]}
          onChange={setLanguage}
        />
      </section>
      <section className="f-part">
        <h2>{t('me.light')}</h2>
        <Choices
          label={t('me.light')}
          value={mode}
          options={[
            { value: 'light', label: t('me.day') },
            { value: 'dark', label: t('me.night') }
          ]}
          onChange={(next) => {
            setMode(next)
            setColours(next)
          }}
        />
      </section>
      <section className="f-part">
        <h2>{t('me.kept')}</h2>
        <dl className="f-facts">
          <dt>{t('me.tasks')}</dt>
          <dd>{t('me.tasksAt', { n: pack?.cases.length ?? 0, time: pack ? formatDateTime(pack.at) : '–' })}</dd>
          <dt>{t('me.grids')}</dt>
          <dd>{some(grids) || t('me.noGrid')}</dd>
          <dt>{t('me.waiting')}</dt>
          <dd>{t('me.waitingN', { n: line.waiting + line.trouble })}</dd>
          {line.freeBytes !== null ? (
            <>
              <dt>{t('me.space')}</dt>
              <dd>{t('me.spaceMb', { mb: Math.round(line.freeBytes / MB).toLocaleString('en-US') })}</dd>
            </>
          ) : null}
        </dl>
      </section>
    </Screen>
  )
}
