import type { Db } from '../../../platform/db.ts'

const known = new WeakMap<Db, readonly string[]>()

/** Addresses at which this server speaks MQTT; none while it does not. */
export const mqttEndpoints = (db: Db): readonly string[] => known.get(db) ?? []

/** The gateways say where they listen. */
export function setMqttEndpoints(db: Db, endpoints: readonly string[]): void {
  known.set(db, endpoints)
}
