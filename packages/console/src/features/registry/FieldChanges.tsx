import type { TypeDetail } from '@chengyun/contract/registry'
import { usePreferences } from '../../preferences.tsx'
import { fieldText } from './value.ts'
import { useFieldName, useValueWords } from './words.ts'

export interface FieldChangesProps {
  register: Pick<TypeDetail, 'declaration' | 'classes'>
  fields: readonly { field: string; before: unknown; after: unknown }[]
  /** What stood there before is not known any more. */
  afterOnly?: boolean
}

/** Field by field: what stood there, and what stands there now. */
export function FieldChanges({ register, fields, afterOnly = false }: FieldChangesProps) {
  const { language } = usePreferences()
  const words = useValueWords()
  const fieldName = useFieldName()
  const read = (field: string, value: unknown) => fieldText(register, field, value, language, words)
  return (
    <dl className="reg-diff">
      {fields.map((f) => (
        <div key={f.field}>
          <dt>{fieldName(register.declaration, f.field)}</dt>
          <dd>
            {afterOnly ? null : (
              <>
                <del>{read(f.field, f.before)}</del>
                <span aria-hidden="true"> → </span>
              </>
            )}
            <ins>{read(f.field, f.after)}</ins>
          </dd>
        </div>
      ))}
    </dl>
  )
}
