/** What of a place and its class listeners (tiles, counts) need to know before and after. */
export interface ItemPlace {
  lng: number | null
  lat: number | null
  gridCode: string | null
  classCode: string | null
  status: string
}

/** `registry.changed`: one item was added, changed, moved, removed or restored. */
export interface RegistryChanged {
  typeId: string
  id: string
  code: string
  kind: 'add' | 'modify' | 'move' | 'remove' | 'restore'
  /** Null of an item that is new. */
  before: ItemPlace | null
  after: ItemPlace
  unitIds: string[]
  /** Duty grids of any shift that hold its place before or after. */
  dutyGrids: string[]
}

/** `registry.typeChanged`: a register was declared, changed or retired. */
export interface RegistryTypeChanged {
  typeId: string
  version: number
  state: 'active' | 'retired'
}

/** `registry.itemsChanged`: many items changed at once (a batch was published, a demonstration set up); caches of the type read them by `rev`. */
export interface RegistryItemsChanged {
  typeId: string
  batchId: string
  kind: 'import' | 'census'
  state: string
  count: number
  /** The rows came with a partition of their own: `rev` does not tell of them, everything has to be read anew. */
  whole?: boolean
}

/** `registry.relocated`: items lie in other unit grids, since these were redrawn; caches of the type read them by `rev`. */
export interface RegistryRelocated {
  typeId: string
  count: number
}

/** `registry.batchMoved`: an import or a census began to be read, waits to be published, was published, failed or was given up. */
export interface RegistryBatchMoved {
  id: string
  typeId: string
  state: string
}

/** `registry.requested`: a change of the register waits for a decision, or has got one. */
export interface RegistryRequested {
  id: string
  typeId: string
  state: 'waiting' | 'applied' | 'declined' | 'withdrawn'
}

export interface RegistryEvents {
  'registry.batchMoved': RegistryBatchMoved
  'registry.changed': RegistryChanged
  'registry.itemsChanged': RegistryItemsChanged
  'registry.relocated': RegistryRelocated
  'registry.requested': RegistryRequested
  'registry.typeChanged': RegistryTypeChanged
}
