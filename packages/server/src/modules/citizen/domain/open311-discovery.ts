import type { Row } from './open311-format.ts'

/** When this interface last changed. */
export const CHANGESET = '2026-11-22T00:00:00Z'

/** The document of service discovery, for a server reached at `origin`. */
export const discoveryOf = (origin: string): Row => ({
  changeset: CHANGESET,
  contact: '接口密钥由本平台的数据管理员发放。Keys are given out by the data administrator of this platform.',
  key_service: `${origin}/`,
  endpoints: [
    {
      specification: 'http://wiki.open311.org/GeoReport_v2',
      url: `${origin}/open311/v2`,
      changeset: CHANGESET,
      type: 'production',
      formats: ['text/xml', 'application/json']
    }
  ]
})
