import { afterAll, beforeAll, expect, test } from 'vitest'
import { type StockClient, stockClient } from '../../../../../../tools/clients/helgoland.ts'
import { type GatewayBed, gatewayBed, type MadeDevice, station } from '../gateways/gateways.testing.ts'
import { HEAT, PROPERTY, SENSOR, staClient } from './sta.testing.ts'

// A client written by others (52°North), which knows SensorThings and not us: keys in quotes, whole entities by PUT, pages by the links of answers.
let t: GatewayBed
let root: string
let person: StockClient
let device: MadeDevice
beforeAll(async () => {
  t = await gatewayBed()
  root = `${t.url}/sta/v1.1/`
  person = await stockClient(`Bearer ${(await staClient(t)).token}`)
  device = await station(t, { supplyC: 'number' }, { protocol: 'push' })
})
afterAll(() => t?.close())

const AT = '2026-11-01T08:00:00Z'

test('makes, reads, replaces and takes away what a station is made of', async () => {
  const { sta, answer } = person
  const stream = {
    ...HEAT,
    Sensor: SENSOR,
    ObservedProperty: PROPERTY
  }
  const made = await answer(
    sta.insertThing(root, { name: 'Ice rink', description: 'Made by a stranger', Datastreams: [stream as never] })
  )
  const id = made['@iot.id']
  const expand = { Datastreams: true, Locations: true }
  const read = await answer(sta.getThing(root, id, { $expand: expand }))
  expect(read).toMatchObject({ name: 'Ice rink', Datastreams: [{ name: HEAT.name }], Locations: [] })
  const streamId = read.Datastreams![0]!['@iot.id']

  await answer(sta.updateThing(root, id, { name: 'Ice rink 2', description: 'Replaced by PUT' }))
  expect(await answer(sta.getThing(root, id, {}))).toMatchObject({ name: 'Ice rink 2', description: 'Replaced by PUT' })

  for (let i = 0; i < 5; i++) {
    const at = new Date(Date.parse(AT) + i * 60_000).toISOString()
    await answer(sta.insertObservation(root, { phenomenonTime: at, result: String(40 + i), Datastream: { '@iot.id': streamId } }))
  }
  const list = sta.getDatastreamObservationsRelation(root, streamId, { $orderby: 'phenomenonTime asc', $top: 2, $count: true })
  expect((await answer(list))['@iot.count']).toBe(5)
  // It follows the links of the pages to the end.
  const all = await answer(sta.aggregatePaging(list))
  expect(all.value.map((o) => o.result)).toEqual([40, 41, 42, 43, 44])

  const place = { type: 'Point', coordinates: [120.38, 36.07] }
  const location = await answer(
    sta.insertLocation(root, {
      name: 'Here',
      description: '',
      encodingType: 'application/geo+json',
      location: place,
      Things: [{ '@iot.id': id }]
    } as never)
  )
  const near = await answer(
    sta.getThings(root, {
      $filter: "st_within(Locations/location,geography'POLYGON((120.3 36,120.5 36,120.5 36.2,120.3 36.2,120.3 36))')"
    })
  )
  expect(near.value.map((thing) => thing['@iot.id'])).toContain(id)
  expect((await answer(sta.getLocation(root, location['@iot.id'], { $select: { name: true } }))).name).toBe('Here')

  await answer(sta.deleteDatastream(root, streamId))
  await answer(sta.deleteThing(root, id))
  await expect(answer(sta.getThing(root, id, {}))).rejects.toMatchObject({ status: 404 })
})

test('finds the station of a device by its name and feeds it as the device', async () => {
  const { sta, answer } = person
  const found = await answer(sta.getThings(root, { $filter: `properties/code eq '${device.code}'`, $expand: 'Datastreams' }))
  const [stream] = found.value[0]!.Datastreams!
  const feeding = await stockClient(`Basic ${Buffer.from(`${device.code}:${device.secret}`).toString('base64')}`)
  const sent = await feeding.answer(
    feeding.sta.insertObservation(root, {
      phenomenonTime: new Date().toISOString(),
      result: '61.5',
      Datastream: { '@iot.id': stream!['@iot.id'] }
    })
  )
  expect((await answer(sta.getObservation(root, sent['@iot.id'], {}))).result).toBe(61.5)
  expect(t.latest(device.streams.supplyC!)).toBe(61.5)
  const error = await feeding.answer(feeding.sta.getThings(root)).catch((e: unknown) => e)
  expect(error).toMatchObject({ status: 401 })
})
