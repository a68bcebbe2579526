import { formatDateTime, formatNumber, Skeleton } from '@chengyun/ui'
import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { QueryError } from '../../../parts/states.tsx'
import { usePreferences } from '../../../preferences.tsx'
import { useTypes } from '../data.ts'
import { Sign } from '../Sign.tsx'

/** All definitions of registers, to be opened and changed. */
export default function DeclareList() {
  const { t } = useTranslation()
  const { language } = usePreferences()
  const types = useTypes()
  if (types.isError) return <QueryError of={types} />
  if (!types.data) return <Skeleton lines={12} />
  return (
    <div className="reg-page">
      <header className="reg-head">
        <div>
          <h1>{t('registry.declare')}</h1>
          <p>{t('registry.declareHint')}</p>
        </div>
        <Link href="/registers/declare/new">
          <Button type="primary">{t('registry.declareNew')}</Button>
        </Link>
      </header>
      <table className="reg-grid">
        <thead>
          <tr>
            <th scope="col">{t('registry.batchRegister')}</th>
            <th scope="col">{t('registry.declId')}</th>
            <th scope="col">{t('registry.declGroup')}</th>
            <th scope="col">{t('registry.declRule')}</th>
            <th scope="col" className="numeric">
              {t('registry.attributes')}
            </th>
            <th scope="col" className="numeric">
              {t('registry.inRegister')}
            </th>
            <th scope="col" className="numeric">
              {t('registry.definition')}
            </th>
            <th scope="col">{t('registry.field.updatedAt')}</th>
          </tr>
        </thead>
        <tbody>
          {types.data.map((r) => (
            <tr key={r.id}>
              <td>
                <Link className="reg-decl-name" href={`/registers/declare/${r.id}`}>
                  <Sign symbol={r.declaration.symbol} />
                  {r.declaration.name[language]}
                </Link>
                {r.state === 'retired' ? <small className="reg-hint">{t('registry.retired')}</small> : null}
              </td>
              <td>{r.id}</td>
              <td>{t(`registry.group.${r.declaration.group}`)}</td>
              <td>{t(`registry.rule.${r.declaration.code.rule}`)}</td>
              <td className="numeric">{r.declaration.attributes.length}</td>
              <td className="numeric">{formatNumber(r.total)}</td>
              <td className="numeric">{r.version}</td>
              <td>{formatDateTime(r.updatedAt)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
