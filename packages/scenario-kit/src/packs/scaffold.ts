import type { PackFiles } from './pack.ts'

/** What a new pack is called. */
export interface NewPack {
  id: string
  platform: string
  zh?: string | undefined
  en?: string | undefined
}

const both = (key: string) => `@${key}`

/** The texts of a new pack: one thing with a level and an alarm when it is high. */
function textsOf({ id, zh = id, en = id }: NewPack): { zh: Record<string, string>; en: Record<string, string> } {
  const rows: [key: string, zh: string, en: string][] = [
    ['name', zh, en],
    ['description', `${zh}：台账、监测、报警。`, `${en}: register, readings, alarms.`],
    ['register', `${zh}点位`, `${en} points`],
    ['state.inUse', '在用', 'In use'],
    ['state.removed', '已拆除', 'Removed'],
    ['stream.level', '液位', 'Level'],
    ['unit.metre', '米', 'metre'],
    ['rule.level-high', '液位高', 'Level high'],
    ['rule.level-silent', '无数据', 'No data'],
    ['indicator.points', '点位数', 'Points'],
    ['indicator.points.meaning', '在册的点位', 'Points on the register'],
    ['indicator.heard', '在线率', 'Heard'],
    ['indicator.heard.meaning', '有数据的点位占全部点位', 'Points with data, of all points'],
    ['indicator.standing', '当前报警', 'Standing alarms'],
    ['indicator.standing.meaning', '尚未解除的报警', 'Alarms that have not cleared'],
    ['layer.points', `${zh}点位`, `${en} points`],
    ['page.main', zh, en],
    ['page.main.figures', '概况', 'Overview'],
    ['page.main.map', '分布', 'Map'],
    ['page.main.alarms', '报警', 'Alarms'],
    ['page.main.points', '点位', 'Points'],
    ['page.main.trend', '液位变化', 'Level over time']
  ]
  return {
    zh: Object.fromEntries(rows.map(([key, text]) => [key, text])),
    en: Object.fromEntries(rows.map(([key, , text]) => [key, text]))
  }
}

/** A pack to begin with: it passes every check and can be installed as it is. The author puts his own things in the place of the level. */
export function scaffoldPack(made: NewPack): PackFiles {
  const { id, platform } = made
  const register = id
  const texts = textsOf(made)
  const prefix =
    id
      .replace(/[^a-z]/g, '')
      .slice(0, 3)
      .toUpperCase() || 'P'
  const documents: Record<string, object> = {
    'scenario.json': {
      id,
      version: '0.1.0',
      name: both('name'),
      description: both('description'),
      kind: 'service',
      owners: ['your city'],
      requires: { platform: `^${platform}`, modules: ['registry', 'streams', 'alarms'] },
      standards: ['local decision']
    },
    'registers.json': {
      declare: [
        {
          id: register,
          name: both('register'),
          group: 'device',
          geometry: 'point',
          code: { rule: 'sequence', prefix: `${prefix}{county}-`, digits: 5 },
          states: [
            { key: 'inUse', name: both('state.inUse'), tone: 'ok' },
            { key: 'removed', name: both('state.removed'), ends: true }
          ],
          initialState: 'inUse',
          units: ['authority', 'owner', 'maintainer'],
          attributes: [],
          columns: ['code', 'name', 'status', 'address'],
          symbol: { shape: 'ring', color: '#08979C' },
          access: 'staff'
        }
      ]
    },
    'things.json': {
      things: [
        {
          register,
          streams: [
            {
              key: 'level',
              name: both('stream.level'),
              kind: 'number',
              unit: { symbol: 'm', name: both('unit.metre'), definition: 'ucum:m' },
              low: 0,
              high: 10,
              decimals: 2,
              intervalS: 300,
              staleAfterS: 1800
            }
          ]
        }
      ]
    },
    'rules.json': {
      rules: [
        {
          key: 'level-high',
          name: both('rule.level-high'),
          on: { type: register, stream: 'level' },
          condition: {
            kind: 'threshold',
            levels: [{ level: 3, above: 2.5, forS: 120 }],
            clear: { hysteresis: 0.2 }
          },
          source: { standard: 'local decision' }
        },
        {
          key: 'level-silent',
          name: both('rule.level-silent'),
          on: { type: register, stream: 'level' },
          condition: { kind: 'noData', levels: [{ level: 4, afterS: 1800 }] },
          sensorFault: true,
          source: { standard: 'local decision' }
        }
      ]
    },
    'test/level-high.json': {
      rule: 'level-high',
      story: 'two minutes above 2.5 m raise level 3, the fall clears it',
      begins: '2026-07-12T08:00:00+08:00',
      readings: [
        [0, 'level', 3],
        [60, 'level', 3],
        [120, 'level', 3],
        [300, 'level', 1]
      ],
      expect: [
        { s: 120, kind: 'raise', level: 3 },
        { s: 300, kind: 'clear' }
      ]
    },
    'test/level-silent.json': {
      rule: 'level-silent',
      story: 'half an hour without a reading is an alarm until it speaks again',
      begins: '2026-07-12T08:00:00+08:00',
      readings: [
        [0, 'level', 1],
        [2400, 'level', 1]
      ],
      expect: [
        { s: 1800, kind: 'raise', level: 4 },
        { s: 2400, kind: 'clear' }
      ]
    },
    'indicators.json': {
      indicators: [
        indicator('points', '', 'none', { items: register }),
        indicator('heard', '%', 'up', { share: { things: `${register}/level`, state: 'heard' }, of: { items: register } }),
        indicator('standing', '', 'down', { alarms: 'all', over: 'now' })
      ]
    },
    'layers.json': { layers: [{ key: 'points', name: both('layer.points'), register, colour: { by: 'alarm' } }] },
    'pages.json': {
      pages: [
        {
          key: 'main',
          name: both('page.main'),
          theme: 'desk',
          subject: register,
          widgets: [
            widget('kpi', 'figures', 24, 3, { indicators: ['points', 'heard', 'standing'] }),
            widget('map', 'map', 14, 10, { layers: ['points'] }),
            widget('alarms', 'alarms', 10, 10, {}),
            widget('stations', 'points', 12, 10, { register, columns: ['level'], spark: 'level' }),
            widget('trend', 'trend', 12, 10, { of: [{ stream: `${register}/level` }], during: 'day' })
          ]
        }
      ]
    },
    'quality.json': { tier: 'bronze' },
    'demo/demo.json': {
      historyDays: 7,
      items: [{ register, count: 20, name: '{road}{n}', place: 'road' }],
      streams: [
        {
          of: `${register}/level`,
          base: { from: 0.5, to: 1.5 },
          daily: { amplitude: 0.2, peakHour: 20 },
          noise: 0.03,
          low: 0,
          decimals: 2
        }
      ],
      faults: [{ of: `${register}/level`, kind: 'offset', size: 2.5, shareADay: 0.1, forS: 1800 }]
    },
    'strings/zh-CN.json': texts.zh,
    'strings/en.json': texts.en
  }
  const files = new Map<string, string>()
  for (const [path, document] of Object.entries(documents)) {
    const up = '../'.repeat(path.split('/').length - 1)
    const name = path.startsWith('test/') ? 'test' : (path.split('/').at(-1) ?? '').replace('.json', '')
    const $schema = `../../${up}packages/scenario-kit/generated/${name}.schema.json`
    files.set(path, `${JSON.stringify(path.startsWith('strings/') ? document : { $schema, ...document }, null, 2)}\n`)
  }
  files.set('README.md', readmeOf(made))
  return files
}

const indicator = (key: string, unit: string, good: string, figure: object) => ({
  key,
  name: both(`indicator.${key}`),
  meaning: both(`indicator.${key}.meaning`),
  unit,
  decimals: unit === '%' ? 1 : 0,
  good,
  figure
})

const widget = (type: string, key: string, span: number, rows: number, more: object) => ({
  type,
  title: both(`page.main.${key}`),
  span,
  rows,
  ...more
})

const readmeOf = ({ id, en = id, zh = id }: NewPack): string => `# ${id} — ${zh}

## Who uses it
Whoever looks after ${en}.

## What it does
Watches the level of each point; a high level and silence are alarms.

## What it does not
It forecasts nothing.
`
