import { ErrorState, Skeleton } from '@chengyun/ui'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { ApiError } from '../../api/client.ts'
import { useLivePack, usePackPage } from '../../api/scenarios.ts'
import { useQueryParam } from '../../parts/useQueryParam.ts'
import { PageContext, useBoth } from './context.ts'
import { Grid } from './Grid.tsx'
import { SubjectChoice } from './SubjectChoice.tsx'

/** A page of a pack on the desk; the chosen thing stands in the address. */
export function Page({ pack, page }: { pack: string; page: string }) {
  const { t } = useTranslation()
  const both = useBoth()
  const [params, set] = useQueryParam()
  const subject = params.get('subject')
  const facts = usePackPage(pack, page)
  useLivePack(pack)
  const choose = (code: string | null) => set('subject', code)
  if (facts.isPending) return <Skeleton lines={14} />
  if (facts.isError)
    return (
      <ErrorState
        message={facts.error.message}
        requestId={facts.error instanceof ApiError ? facts.error.requestId : null}
        onRetry={() => void facts.refetch()}
      />
    )
  const view = facts.data
  const tail = subject ? `?subject=${encodeURIComponent(subject)}` : ''
  return (
    <div className="scn-page">
      <header>
        <h1>{both(view.packName)}</h1>
        {view.demo ? <span className="scn-demo">{t('scenarios.demo')}</span> : null}
        {view.pages.length > 1 ? (
          <nav aria-label={t('scenarios.pages')}>
            {view.pages.map((p) => (
              <Link
                key={p.key}
                href={`/scenarios/${pack}/${p.key}${tail}`}
                className={p.key === page ? 'on' : ''}
                aria-current={p.key === page ? 'page' : undefined}
              >
                {both(p.name)}
              </Link>
            ))}
          </nav>
        ) : null}
        <div>
          {view.subject ? <SubjectChoice subject={view.subject} code={subject} onChoose={choose} /> : null}
          <Link href={`/wall/${pack}/${page}${tail}`} className="scn-wall-link">
            {t('scenarios.wall')}
          </Link>
        </div>
      </header>
      <PageContext value={{ pack, page, wall: false, register: view.subject?.register ?? null, subject, choose }}>
        <Grid page={view} />
      </PageContext>
    </div>
  )
}
