import { Button } from 'antd'
import { Component, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'

interface Props {
  path: string
  children: ReactNode
  broken: ReactNode
}

class Guard extends Component<Props, { isBroken: boolean }> {
  override state = { isBroken: false }

  static getDerivedStateFromError(): { isBroken: boolean } {
    return { isBroken: true }
  }

  /** Another address is another try; what is open stays as it is. */
  override componentDidUpdate(before: Props): void {
    if (before.path !== this.props.path && this.state.isBroken) this.setState({ isBroken: false })
  }

  override render(): ReactNode {
    return this.state.isBroken ? this.props.broken : this.props.children
  }
}

/** What cannot be drawn does not take the rest of the console with it: it says so, and another page is drawn as ever. A program that was replaced while it was open is loaded anew. */
export function PageGuard({ children }: { children: ReactNode }) {
  const [path] = useLocation()
  return (
    <Guard path={path} broken={<Broken />}>
      {children}
    </Guard>
  )
}

function Broken() {
  const { t } = useTranslation()
  return (
    <div className="cy-state" role="alert">
      <h3>{t('page.broken')}</h3>
      <p>{t('page.brokenHint')}</p>
      <Button size="small" onClick={() => location.reload()}>
        {t('page.reload')}
      </Button>
    </div>
  )
}
