import type { PublicItem, PublicListPage } from '@chengyun/contract/scenarios'
import { currentLanguage, t } from '../i18n.ts'
import { Icon } from '../parts/Icon.tsx'
import { sayAgo, sayDistance } from '../parts/words.ts'
import { routeTo, sayFact, sayValue } from './say.ts'

export interface ServiceCardProps {
  item: PublicItem
  page: PublicListPage
  /** Whether distances are those from the person. */
  isHere: boolean
  isChosen: boolean
  onShow: () => void
  onReport: () => void
}

/** One place: what it is, whether it is open, what is said of it now, what it has, and the way there. */
export function ServiceCard({ item, page, isHere, isChosen, onShow, onReport }: ServiceCardProps) {
  const language = currentLanguage()
  const name = item.name || item.kind?.[language] || page.name[language]
  const said = item.facts.flatMap(({ key, value }) => {
    const attribute = page.attributes.find((a) => a.key === key)
    return attribute ? [{ key, ...sayFact(attribute, value) }] : []
  })
  const id = `place-${item.code}`
  return (
    <li id={id} className="place" data-chosen={isChosen}>
      <article aria-labelledby={`${id}-name`}>
        <header>
          <h2 id={`${id}-name`} translate="no">
            {name}
          </h2>
          {item.distanceM !== null && isHere ? <b className="place-away">{sayDistance(item.distanceM)}</b> : null}
        </header>
        <p className="place-what">
          <span className={`place-state ${item.status.tone}`}>{item.status.name[language]}</span>
          {item.kind ? <span>{item.kind[language]}</span> : null}
          {item.address ? <span translate="no">{item.address}</span> : null}
        </p>
        {item.now.length > 0 ? (
          <ul className="place-now">
            {item.now.map((s) => {
              const stream = page.streams.find((x) => x.key === s.key)
              const value = stream ? sayValue(stream, s.value) : null
              return (
                <li key={s.key} data-state={s.state}>
                  {stream?.name[language]} {value !== null && s.state !== 'none' ? <b>{value}</b> : null}{' '}
                  <small>
                    {s.state === 'none' || s.at === null
                      ? t('services.noData')
                      : t(s.state === 'stale' ? 'services.old' : 'services.at', { ago: sayAgo(s.at) })}
                  </small>
                </li>
              )
            })}
          </ul>
        ) : null}
        {said.length > 0 ? (
          <ul className="place-facts">
            {said.map((f) => (
              <li key={f.key} data-no={f.isNo}>
                {f.isYes ? <Icon name="tick" /> : null}
                {f.text}
              </li>
            ))}
          </ul>
        ) : null}
        <p className="place-acts">
          <a className="button" href={routeTo(item.location, name)} aria-label={t('services.routeTo', { name })}>
            <Icon name="route" />
            {t('services.route')}
          </a>
          <button type="button" className="button text" aria-label={t('services.showIt', { name })} onClick={onShow}>
            {t('services.show')}
          </button>
          <button type="button" className="button text" aria-label={t('services.reportIt', { name })} onClick={onReport}>
            {t('services.report')}
          </button>
        </p>
      </article>
    </li>
  )
}
