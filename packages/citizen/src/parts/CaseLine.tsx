import type { CitizenCaseLine } from '@chengyun/contract/public'
import { t } from '../i18n.ts'
import { Link } from '../router.tsx'
import { Icon } from './Icon.tsx'
import { sayAgo, sayProgress, sayPromise } from './words.ts'

/** A report in a list: picture, what and where, how far it is and what was promised. */
export function CaseLine({ line, thumb }: { line: CitizenCaseLine; thumb?: string | undefined }) {
  const promise = sayPromise(line.promisedAt, line.progress)
  const photo = thumb ?? line.photoUrl
  return (
    <li>
      <Link className="line" to={`/r/${line.caseNo}`}>
        <span className="line-photo">{photo ? <img src={photo} alt="" loading="lazy" /> : <Icon name="place" />}</span>
        <span className="line-words">
          <b>{line.className ?? t('case.unclassed')}</b>
          {line.address ? <span>{line.address}</span> : null}
          <span className="line-state">
            <Progress progress={line.progress} /> {promise ?? sayAgo(line.reportedAt)}
          </span>
          {line.toRate ? <span className="line-rate">{t('case.toRate')}</span> : null}
        </span>
        <Icon name="next" />
      </Link>
    </li>
  )
}

/** The state as a word with its sign. */
export function Progress({ progress }: { progress: CitizenCaseLine['progress'] }) {
  return (
    <span className={`progress progress-${progress}`}>
      <Icon
        name={
          progress === 'done'
            ? 'tick'
            : progress === 'paused'
              ? 'clock'
              : progress === 'notTaken'
                ? 'close'
                : progress === 'merged'
                  ? 'people'
                  : 'clock'
        }
      />
      {sayProgress(progress)}
    </span>
  )
}
