import { describe, expect, test } from 'vitest'
import { type BaseLayerDeclaration, originsOf, presentBaseLayer, readBaseLayers } from './base-layers.ts'

const name = { zh: '影像', en: 'Imagery' }
const xyz: BaseLayerDeclaration = {
  id: 'photo',
  name,
  type: 'xyz',
  url: 'https://{s}.tiles.example/{z}/{x}/{y}.png',
  subdomains: ['t0', 't1'],
  crs: 'CGCS2000',
  attribution: '市测绘院'
}
const tianditu: BaseLayerDeclaration = {
  id: 'tianditu',
  name: { zh: '天地图', en: 'Tianditu' },
  type: 'wmts',
  url: 'https://t0.tianditu.gov.cn/vec_w/wmts?tk=KEY',
  labelsUrl: 'https://t0.tianditu.gov.cn/cva_w/wmts?tk=KEY',
  wmts: { layer: 'vec', labelsLayer: 'cva', matrixSet: 'w', format: 'tiles' },
  crs: 'CGCS2000',
  attribution: '天地图'
}

describe('declared base layers', () => {
  test('xyz becomes one template a subdomain', () => {
    expect(readBaseLayers([xyz])).toEqual({ layers: [xyz], faults: [] })
    expect(presentBaseLayer(xyz)).toMatchObject({
      kind: 'raster',
      sheets: [['https://t0.tiles.example/{z}/{x}/{y}.png', 'https://t1.tiles.example/{z}/{x}/{y}.png']],
      labelled: false
    })
    expect(originsOf([xyz])).toEqual(['https://t0.tiles.example', 'https://t1.tiles.example'])
  })

  test('wmts by key and value, with its names as a second sheet', () => {
    const { sheets, labelled } = presentBaseLayer(tianditu)
    expect(labelled).toBe(true)
    expect(sheets[0]?.[0]).toBe(
      'https://t0.tianditu.gov.cn/vec_w/wmts?tk=KEY&SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0&LAYER=vec&STYLE=default&TILEMATRIXSET=w&FORMAT=tiles&TILEMATRIX={z}&TILEROW={y}&TILECOL={x}'
    )
    expect(sheets[1]?.[0]).toContain('/cva_w/wmts?tk=KEY&')
    expect(sheets[1]?.[0]).toContain('LAYER=cva')
  })

  test('wmts as a template of an address', () => {
    const { labelsUrl: _, ...plain } = tianditu
    const rest = presentBaseLayer({
      ...plain,
      url: 'http://10.0.0.5/wmts/{Layer}/{Style}/{TileMatrixSet}/{TileMatrix}/{TileRow}/{TileCol}.png',
      wmts: { layer: 'city', matrixSet: 'GoogleMapsCompatible', matrixPrefix: 'EPSG:3857:' }
    })
    expect(rest.sheets[0]?.[0]).toBe('http://10.0.0.5/wmts/city/default/GoogleMapsCompatible/EPSG:3857:{z}/{y}/{x}.png')
  })

  test('rows counted from the south, archives, files', () => {
    expect(presentBaseLayer({ ...xyz, url: '/own/{z}/{x}/{-y}.png' })).toMatchObject({
      scheme: 'tms',
      sheets: [['/own/{z}/{x}/{y}.png']]
    })
    const archive = { ...xyz, type: 'pmtiles' as const, url: 'https://maps.example/city.pmtiles' }
    expect(presentBaseLayer(archive)).toMatchObject({ kind: 'pmtiles', url: 'https://maps.example/city.pmtiles', sheets: [] })
    const file = { id: 'disk', name, type: 'pmtiles', file: '/srv/city.pmtiles', crs: 'WGS-84', attribution: '' }
    const read = readBaseLayers([file])
    expect(read.faults).toEqual([])
    expect(presentBaseLayer(read.layers[0] as BaseLayerDeclaration).url).toBe('/api/map/base/disk')
    expect(originsOf(read.layers)).toEqual([])
  })
})

describe('refused', () => {
  const refused = (change: object): string => readBaseLayers([{ ...xyz, ...change }]).faults.join()
  test.each([
    ['GCJ-02 said', { crs: 'GCJ-02' }, /base layer photo: tiles drawn in GCJ-02 lie 300 to 700 m off/],
    ['GCJ-02 known', { url: 'https://webrd01.is.autonavi.com/appmaptile?x={x}&y={y}&z={z}' }, /GCJ-02/],
    ['BD-09', { crs: 'BD-09' }, /BD-09/],
    ['no coordinates said', { crs: undefined }, /base layer photo/],
    ['no address', { url: undefined }, /address is missing/],
    ['script address', { url: 'javascript:alert(1)//{z}' }, /is no address/],
    ['no {z}', { url: 'https://tiles.example/' }, /holds \{z\}/],
    ['matrix in degrees', { ...tianditu, wmts: { layer: 'vec', matrixSet: 'c' } }, /in degrees/],
    ['a file of tiles', { file: '/srv/x' }, /only a pmtiles archive/],
    ['a word too much', { apikey: 'x' }, /base layer photo/]
  ])('%s', (_, change, why) => {
    expect(refused(change)).toMatch(why)
  })
  test('two of one id, and no list', () => {
    expect(readBaseLayers([xyz, xyz])).toMatchObject({ layers: [xyz], faults: ['base layer photo: the id is taken'] })
    expect(readBaseLayers({ layers: [] }).faults).toHaveLength(1)
  })
})
