import type { Actor } from '../../platform/actor.ts'
import type { Db } from '../../platform/db.ts'

/** May this person see the record that a file belongs to? Answered by the module that owns the record. */
export type AccessResolver = (actor: Actor, ownerId: string, db: Db) => Promise<boolean>

const resolvers = new Map<string, AccessResolver>()

/** Says who may see the files of one kind of owner. Called once per kind, when the owning module is loaded. */
export function registerAccess(ownerType: string, resolver: AccessResolver): void {
  resolvers.set(ownerType, resolver)
}

interface Owned {
  uploader_id: string
  owner_type: string | null
  owner_id: string | null
}

/** A file that belongs to nothing yet is its uploader's alone; then it is seen by whoever sees its owner. Unknown owners: nobody. */
export async function maySee(actor: Actor, file: Owned, db: Db): Promise<boolean> {
  if (actor.system) return true
  if (file.owner_type === null || file.owner_id === null) return file.uploader_id === actor.id
  return (await resolvers.get(file.owner_type)?.(actor, file.owner_id, db)) ?? false
}
