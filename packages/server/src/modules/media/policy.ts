import { type Actor, may } from '../../platform/actor.ts'

/** Originals carry what the shown copy leaves out (place, device, whatever else the camera wrote). Who may see them at all? */
export const mayReadOriginal = (actor: Actor, file: { uploader_id: string; owner_id: string | null }): boolean =>
  may(actor, 'media:original') || (file.owner_id === null && file.uploader_id === actor.id)
