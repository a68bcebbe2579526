import { expect, test } from 'vitest'
import { readFilter, topicFilter } from './mqtt-topic.ts'
import { commandTopics } from './telemetry.ts'

test('a command goes where the device listens, wildcards filled in from its last message', () => {
  const device = { code: 'D1', account: 'gw-1' }
  const home = { area: '370202', sector: 'device' }
  const say = (spoken: string | undefined, ...filters: string[]) => [...commandTopics(device, home, spoken, filters)]
  expect(say(undefined)).toEqual(['city/370202/device/D1/down/cmd'])
  expect(say('city/1/heat/gw-1/up/telemetry')).toEqual(['city/1/heat/gw-1/down/cmd'])
  expect(say('city/1/heat/gw-1/up/telemetry', 'city/+/gas/D1/down/#', 'city/+/+/gw-1/down/cmd')).toEqual([
    'city/1/gas/D1/down/cmd',
    'city/1/heat/gw-1/down/cmd'
  ])
  expect(say(undefined, 'city/+/+/D2/down/cmd', 'city/+/+/D1/up/#')).toEqual(['city/370202/device/D1/down/cmd'])
})

test('filters: the device of a mapping, the query of a subscription', () => {
  expect(topicFilter('plant/{device}/data')).toEqual({ filter: 'plant/+/data', deviceLevel: 1 })
  expect(topicFilter('plant/data')).toEqual({ filter: 'plant/data', deviceLevel: -1 })
  expect(readFilter('v1.1/Datastreams(1)/Observations?$select=result,phenomenonTime')).toEqual({
    base: 'v1.1/Datastreams(1)/Observations',
    query: '?$select=result,phenomenonTime',
    select: ['result', 'phenomenonTime']
  })
  expect(readFilter('v1.1/Things?$filter=id eq 1').select).toBeNull()
  expect(readFilter('city/?x').query).toBe('')
})
