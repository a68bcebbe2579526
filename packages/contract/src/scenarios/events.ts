/** `scenarios.changed`: a pack was installed, upgraded, disabled, enabled or removed. */
export interface ScenariosChanged {
  pack: string
  version: string
  state: 'active' | 'disabled' | 'removed'
}

export interface ScenariosEvents {
  'scenarios.changed': ScenariosChanged
}
