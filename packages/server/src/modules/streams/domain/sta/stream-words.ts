/** What a Datastream is called and what its results are, from the words of SensorThings. */
import { OBSERVATION_TYPES, STREAM_KINDS, type StreamKind } from '@chengyun/contract/streams'
import { StaError } from './fault.ts'

/** The key of a stream within its thing. */
export const KEY = /^[a-z][a-zA-Z0-9]{0,39}$/
/** `Air temperature` → `airTemperature`; nothing of words that have no Latin letters. */
export function camel(text: string): string {
  const words = text.match(/[A-Za-z0-9]+/g) ?? []
  const joined = words.map((w, i) => (i === 0 ? w[0]?.toLowerCase() + w.slice(1) : w[0]?.toUpperCase() + w.slice(1))).join('')
  return KEY.test(joined.slice(0, 36)) ? joined.slice(0, 36) : ''
}

/** The kind of the results of an observation type; `wanted` where the type leaves it open. @throws StaError */
export function kindOf(observationType: string, wanted: unknown): StreamKind {
  const last = observationType.split('/').at(-1)
  switch (last) {
    case 'OM_Measurement':
      return 'number'
    case 'OM_CountObservation':
      return 'count'
    case 'OM_TruthObservation':
      return 'truth'
    case 'OM_CategoryObservation':
      return 'category'
    case 'OM_Observation':
      return STREAM_KINDS.includes(wanted as StreamKind) ? (wanted as StreamKind) : 'complex'
    default:
      throw new StaError(
        `there is no observationType ${observationType.slice(0, 120)}; known are ${OBSERVATION_TYPES.number} and its siblings`
      )
  }
}
