import { type Static, Type } from 'typebox'

/** Settings of the exchange with other GeoReport servers. */
export const PeerSettings = Type.Object({
  CHENGYUN_PEER_PRIVATE: Type.Boolean({
    default: false,
    description: 'Other GeoReport servers and their pictures may lie in a private network (10/8, 192.168/16, loopback …).'
  }),
  CHENGYUN_PEER_TRIES: Type.Integer({
    minimum: 1,
    maximum: 100,
    default: 20,
    description:
      'How often a case is sent to another GeoReport server (waits double from 10 s to 1 h) before a person has to look.'
  }),
  CHENGYUN_PEER_TIMEOUT_MS: Type.Integer({
    minimum: 100,
    maximum: 120_000,
    default: 15_000,
    description: 'How long another GeoReport server may take to answer, in milliseconds.'
  }),
  CHENGYUN_PEER_MEDIA_MB: Type.Integer({
    minimum: 1,
    maximum: 50,
    default: 10,
    description: 'Largest picture that is fetched with a request of another GeoReport server, in MB.'
  })
})
export type PeerSettings = Static<typeof PeerSettings>
