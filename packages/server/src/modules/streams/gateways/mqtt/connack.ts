import type { IConnectPacket } from 'mqtt-packet'
import { encode } from './packets.ts'
import { type Session, WINDOW } from './session.ts'

/** The answer to who may not come in: a return code for MQTT 3.1.1, a reason code for MQTT 5. */
export const refused = (version: number, returnCode: number, reasonCode: number): Buffer =>
  encode({ cmd: 'connack', sessionPresent: false, ...(version === 5 ? { reasonCode } : { returnCode }) }, version)

/** The answer to who is in; in MQTT 5 with what he may do and what became of what he asked for. */
export function accepted(
  packet: IConnectPacket,
  version: number,
  session: Session,
  of: { isPresent: boolean; isNameless: boolean; mostBytes: number }
): Buffer {
  if (version !== 5) return encode({ cmd: 'connack', sessionPresent: of.isPresent, returnCode: 0 }, version)
  const properties = {
    receiveMaximum: WINDOW,
    maximumPacketSize: of.mostBytes,
    topicAliasMaximum: 0,
    sharedSubscriptionAvailable: false,
    subscriptionIdentifiersAvailable: false,
    ...(session.expiryS !== (packet.properties?.sessionExpiryInterval ?? 0) && { sessionExpiryInterval: session.expiryS }),
    ...(of.isNameless && { assignedClientIdentifier: session.clientId })
  }
  return encode({ cmd: 'connack', sessionPresent: of.isPresent, reasonCode: 0, properties }, version)
}
