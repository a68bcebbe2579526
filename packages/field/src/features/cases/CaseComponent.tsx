import { ComponentLine } from '../../register/ComponentLine.tsx'
import { useComponent } from '../../register/useRegister.ts'

/** The component a case is about, as the register has it; its bare code where nothing is known of it here. */
export function CaseComponent({ code }: { code: string }) {
  const found = useComponent(code)
  if (found === null || typeof found === 'string') return <>{code}</>
  return (
    <div className="f-comp-card">
      <ComponentLine item={found.component} />
    </div>
  )
}
