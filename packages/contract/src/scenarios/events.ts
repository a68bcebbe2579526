/** `scenarios.changed`: a pack was installed, upgraded, disabled, enabled or removed. */
export interface ScenariosChanged {
  pack: string
  version: string
  state: 'active' | 'disabled' | 'removed'
}

/** `scenarios.reported`: reports of a pack were made, failed or were cancelled; it names none of them. */
export interface ScenariosReported {
  pack: string
}

export interface ScenariosEvents {
  'scenarios.changed': ScenariosChanged
  'scenarios.reported': ScenariosReported
}
