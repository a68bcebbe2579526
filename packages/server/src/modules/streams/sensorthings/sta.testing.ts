/** A SensorThings client for tests: JSON in, JSON out, over the real routes. */
import type { InjectOptions } from 'fastify'
import type { TestApp } from '../../../testing.ts'

export interface Reply<T = Record<string, unknown>> {
  status: number
  body: T
  location: string
  headers: Record<string, unknown>
}
// biome-ignore lint/suspicious/noExplicitAny: answers are read as what the test says of them
export type Any = any

export interface StaClient {
  token: string
  get(path: string): Promise<Reply<Any>>
  send(method: InjectOptions['method'], path: string, body?: unknown, type?: string): Promise<Reply<Any>>
  post(path: string, body: unknown): Promise<Reply<Any>>
}

/** A person's token, used as programs use it. */
export async function staClient(t: TestApp, username = 'dataadmin'): Promise<StaClient> {
  const person = await t.as(username)
  const { body } = await person.call<{ token: string }>('POST', '/api/session/tokens', { name: 'sensorthings', days: 7 })
  const send: StaClient['send'] = async (method, path, body, type = 'application/json') => {
    const reply = await t.app.http.inject({
      method: method ?? 'GET',
      url: `/sta/v1.1${path === '' ? '' : `/${path}`}`,
      headers: { authorization: `Bearer ${tokenOf}`, ...(body !== undefined && { 'content-type': type }) },
      ...(body !== undefined && { payload: typeof body === 'string' ? body : JSON.stringify(body) })
    })
    const isJson = String(reply.headers['content-type'] ?? '').includes('json')
    return {
      status: reply.statusCode,
      body: isJson && reply.body !== '' ? reply.json() : reply.body,
      location: String(reply.headers.location ?? ''),
      headers: reply.headers
    }
  }
  const tokenOf = body.token
  return { token: tokenOf, send, get: (path) => send('GET', path), post: (path, body) => send('POST', path, body) }
}

export const HEAT = {
  name: 'Supply temperature',
  description: 'Temperature of the water that is supplied',
  observationType: 'http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement',
  unitOfMeasurement: { name: 'degree Celsius', symbol: '°C', definition: 'ucum:Cel' }
}
export const SENSOR = {
  name: 'Pt100',
  description: 'Resistance thermometer',
  encodingType: 'text/html',
  metadata: 'https://example.org/pt100'
}
export const PROPERTY = {
  name: 'Air temperature',
  definition: 'http://mmisw.org/ont/cf/parameter/air_temperature',
  description: 'Temperature of air'
}
export const place = (lng: number, lat: number) => ({
  name: 'Yard',
  description: 'Behind the house',
  encodingType: 'application/geo+json',
  location: { type: 'Point', coordinates: [lng, lat] }
})
