import { t } from '../i18n.ts'
import { Title } from '../parts/bits.tsx'
import { Link } from '../router.tsx'

/** An address that leads nowhere. */
export default function Missing() {
  return (
    <div className="stack narrow">
      <Title text={t('missing.title')} />
      <p>{t('missing.text')}</p>
      <p>
        <Link className="button" to="/">
          {t('missing.home')}
        </Link>
      </p>
    </div>
  )
}
