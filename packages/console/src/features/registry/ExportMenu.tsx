import { EXPORT_FORMATS, type TypeDetail } from '@chengyun/contract/registry'
import { Button, Dropdown } from 'antd'
import { useTranslation } from 'react-i18next'
import { query } from '../../api/client.ts'
import { type ItemFilters, narrowing } from './address.ts'

/** Formats that keep a shape; a register without places has nothing for them. */
const SHAPED = new Set(['geojson', 'gpkg', 'shp'])

/** The rows of the list as a file, in a format of choice. */
export function ExportMenu({ register, filters }: { register: TypeDetail; filters: ItemFilters }) {
  const asked = Object.fromEntries(narrowing(filters).map((key) => [key, filters[key]]))
  return <ExportAs register={register} path={`/api/registry/types/${register.id}/items`} asked={asked} />
}

export interface ExportAsProps {
  register: TypeDetail
  /** The address without the format. */
  path: string
  asked: Parameters<typeof query>[0]
}

/** Items as a file, in a format of choice. */
export function ExportAs({ register, path, asked }: ExportAsProps) {
  const { t } = useTranslation()
  const formats = EXPORT_FORMATS.filter((f) => register.declaration.geometry !== 'none' || !SHAPED.has(f))
  return (
    <Dropdown
      trigger={['click']}
      menu={{
        items: formats.map((format) => ({
          key: format,
          label: (
            <a href={`${path}.${format}${query(asked)}`} download>
              {t(`registry.format.${format}`)}
            </a>
          )
        }))
      }}
    >
      <Button size="small" type="text">
        {t('registry.export')}
      </Button>
    </Dropdown>
  )
}
