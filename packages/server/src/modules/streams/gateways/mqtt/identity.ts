/** Who is signed in at the MQTT endpoint, and where he may publish and listen. */
export interface Identity {
  /** Sessions of one account are apart from those of another. */
  account: string
  /** Id of the device, when it is one. */
  deviceId: string | null
  mayPublish(topic: string): boolean
  maySubscribe(filter: string): boolean
  /** May this message reach him? Asked for each; answers from memory. */
  mayHear(topic: string, streamId: number | null, thingId?: number): boolean
}
