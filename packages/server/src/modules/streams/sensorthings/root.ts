import { MODEL } from '../domain/sta/model.ts'

const REQ = 'http://www.opengis.net/spec/iot_sensing/1.1/req'

/** What this service keeps of SensorThings 1.1: nothing that is not so. MultiDatastreams are none of it. */
export const CONFORMANCE: readonly string[] = [
  `${REQ}/datamodel`,
  ...Object.values(MODEL).flatMap(({ name, set }) => {
    const word = name === 'Sensor' || name === 'Observation' ? name.toLowerCase() : set.toLowerCase()
    return [`${REQ}/datamodel/${word}/properties`, `${REQ}/datamodel/${word}/relations`]
  }),
  `${REQ}/resource-path/resource-path-to-entities`,
  ...[
    'order',
    'expand',
    'select',
    'status-code',
    'query-status-code',
    'orderby',
    'top',
    'skip',
    'count',
    'filter',
    'built-in-filter-operations',
    'built-in-query-functions',
    'pagination'
  ].map((what) => `${REQ}/request-data/${what}`),
  ...[
    'create-entity',
    'link-to-existing-entities',
    'deep-insert',
    'deep-insert-status-code',
    'update-entity',
    'update-entity-put',
    'update-entity-jsonpatch',
    'delete-entity',
    'historical-location-auto-creation'
  ].map((what) => `${REQ}/create-update-delete/${what}`),
  `${REQ}/batch-request/batch-request`,
  `${REQ}/data-array/data-array`
]

/** The document at the address of the version (9.2.1): sets, and what is kept of the standard. `mqtt` are endpoints, where there are some. */
export function rootDocument(base: string, mqtt: readonly string[] = []): object {
  const topics = [`${REQ}/create-observations-via-mqtt/observations-creation`, `${REQ}/receive-updates-via-mqtt/receive-updates`]
  return {
    value: Object.values(MODEL).map(({ set }) => ({ name: set, url: `${base}/${set}` })),
    serverSettings: {
      conformance: mqtt.length > 0 ? [...CONFORMANCE, ...topics] : CONFORMANCE,
      ...(mqtt.length > 0 && Object.fromEntries(topics.map((topic) => [topic, { endpoints: mqtt }])))
    }
  }
}
