import { Tabs } from 'antd'
import type { ReactNode } from 'react'
import { Redirect, useLocation, useRoute } from 'wouter'

export interface LinkTab {
  key: string
  label: ReactNode
  children: ReactNode
}

/** Tabs whose choice stands in the address below `base`, so that each can be shared, kept and gone back to. */
export function LinkTabs({ base, tabs }: { base: string; tabs: readonly LinkTab[] }) {
  const [, navigate] = useLocation()
  const [, params] = useRoute<{ tab?: string }>(`${base}/:tab?`)
  const first = tabs[0]?.key ?? ''
  if (!tabs.some((tab) => tab.key === params?.tab)) return <Redirect to={`${base}/${first}`} replace />
  return (
    <Tabs
      activeKey={params?.tab ?? first}
      items={[...tabs]}
      destroyOnHidden
      animated={false}
      onChange={(key) => navigate(`${base}/${key}`)}
    />
  )
}
