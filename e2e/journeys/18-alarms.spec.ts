import { execFile, spawnSync } from 'node:child_process'
import { promisify } from 'node:util'
import AxeBuilder from '@axe-core/playwright'
import type { AlarmPage } from '@chengyun/contract/alarms'
import type { CaseView } from '@chengyun/contract/cases'
import type { Page } from '@playwright/test'
import { stockClient } from '../../tools/clients/helgoland.ts'
import type { Account } from '../support/account.ts'
import { connect, makeSensing, push, type Sensing, SUPPLY } from '../support/sensing.ts'
import { expect, test } from '../support/test.ts'

/** An alarm is on an open page so soon after its reading (design: half a second on an idle machine). */
const LAG_MS = 2_000
/** A busy machine is slow at everything: so many times a bare request of the same page is forgiven on top. */
const BARE_REQUESTS = 10
const PATIENCE_MS = 10_000

/** Milliseconds a bare request of the page takes now. */
const bareRequest = (page: Page): Promise<number> =>
  page.evaluate<number>(
    "(async () => { const t = Date.now(); for (let i = 0; i < 5; i++) await fetch('/readyz'); return (Date.now() - t) / 5 })()"
  )

/** Readings by the SensorThings client of others, as the device: pairs of epoch ms and degrees. */
async function feedByStockClient(baseURL: string, person: Account, device: Sensing, readings: readonly [number, number][]) {
  const { token } = await person.send<{ token: string }>('POST', '/session/tokens', { name: device.code, days: 1 })
  const reader = await stockClient(`Bearer ${token}`)
  const root = `${baseURL}/sta/v1.1/`
  const query = { $filter: `name eq '${device.name}'`, $expand: 'Datastreams' }
  const [thing] = (await reader.answer(reader.sta.getThings(root, query))).value
  const Datastream = { '@iot.id': thing?.Datastreams?.[0]?.['@iot.id'] ?? '' }
  expect(Number(Datastream['@iot.id'])).toBe(device.streamId)
  const writer = await stockClient(`Basic ${Buffer.from(`${device.account}:${device.secret}`).toString('base64')}`)
  for (const [at, value] of readings)
    await writer.answer(
      writer.sta.insertObservation(root, { phenomenonTime: new Date(at).toISOString(), result: String(value), Datastream })
    )
  const latest = reader.sta.getDatastreamObservationsRelation(root, Datastream['@iot.id'], {
    $orderby: 'phenomenonTime desc',
    $top: 1
  })
  expect((await reader.answer(latest)).value[0]?.result).toBeCloseTo(readings.at(-1)?.[1] ?? 0)
}

const hasMosquitto = spawnSync('mosquitto_pub', ['--help']).error === undefined
/** One message by mosquitto's own client; it is acknowledged before the client ends. */
async function publishByMosquitto(device: Sensing, message: string): Promise<void> {
  const { hostname, port } = new URL(process.env.CHENGYUN_E2E_MQTT ?? 'mqtt://127.0.0.1:1883')
  const who = ['-h', hostname, '-p', port || '1883', '-u', device.account, '-P', device.secret, '-i', `${device.account}-m`]
  await promisify(execFile)('mosquitto_pub', [...who, '-q', '1', '-t', telemetry(device), '-m', message])
}

const telemetry = (device: Sensing) => `city/370202/heat/${device.code}/up/telemetry`

test('感知到报警到结案', async ({ journey, baseURL }, info) => {
  test.setTimeout(180_000)
  const words = `闽江路${info.workerIndex}${Date.now() % 100_000}`
  const admin = await journey.as('dataadmin')
  const device = await makeSensing(admin, words)
  const line = await connect(device)
  const message = (value: number): string => JSON.stringify({ ts: Date.now(), values: { [SUPPLY.key]: value } })
  const say = (value: number) => line.publishAsync(telemetry(device), message(value), { qos: 1 })
  const hours = Array.from({ length: 120 }, (_, i): [number, number] => [
    Date.now() - (121 - i) * 60_000,
    55 + Math.sin(i / 9) * 3
  ])
  await push(baseURL ?? '', device, hours.slice(0, -10))
  await feedByStockClient(baseURL ?? '', admin, device, hours.slice(-10))

  const page = await journey.enter('shiftleader')
  await page.goto(`/alarms?queue=open&q=${words}`)
  await expect(page.locator('.shell-live')).toHaveText('实时')
  await expect(page.getByText('没有符合条件的报警')).toBeVisible()

  const row = page.getByRole('option').filter({ hasText: words })
  await test.step('设备发来超温读数：报警出现在打开的页面上', async () => {
    const allowed = LAG_MS + BARE_REQUESTS * (await bareRequest(page))
    const sent = Date.now()
    await (hasMosquitto ? publishByMosquitto(device, message(91.5)) : say(91.5))
    await expect(row).toBeVisible()
    const lag = Date.now() - sent
    info.annotations.push({ type: 'lag', description: `${lag} ms` })
    expect(lag).toBeLessThanOrEqual(allowed)
    await expect(row).toContainText('一级')
  })

  await test.step('打开：为何报警、位置、读数与界限', async () => {
    await page.keyboard.press('j')
    await expect(page.locator('.case-head h1')).toContainText('91.5')
    await expect(page.locator('.alarm-facts')).toContainText('读数越过阈值')
    await expect(page.locator('.alarm-facts')).toContainText('界限 85 ℃')
    await expect(page.locator('.cy-trend canvas')).toBeVisible()
    await expect(page.locator('.case-place')).toContainText('香港中路街道')
  })

  await test.step('按键确认', async () => {
    await page.keyboard.press('1')
    await expect(page.getByText('确认完成，现在是处置中')).toBeVisible()
    await expect(page.locator('.alarm-parties')).toContainText('确认')
  })

  const caseLink = page.locator('.alarm-facts a[href^="/cases/"]')
  await expect(caseLink).toBeVisible()
  const caseId = (await caseLink.getAttribute('href'))?.split('/').at(-1) ?? ''
  await test.step('一级报警成了特急案件，案件走到结案', async () => {
    await closeCase(journey.as, caseId)
  })

  await test.step('报警知道案件已结束，恢复后办结', async () => {
    await expect(page.locator('.alarm-facts')).toContainText('已结案')
    await expect(page.locator('.alarm-facts')).toContainText('请研判或解除')
    await say(55)
    await expect(page.locator('.alarm-stages')).toContainText('解除')
    await expect(page.locator('.case-status')).toHaveText('已办结')
    const steps = page.locator('.timeline li b')
    for (const act of ['报警', '确认', '转案件', '关联案件', '案件进展', '解除'])
      await expect(steps.filter({ hasText: act }).first()).toBeVisible()
    await page.screenshot({ path: info.outputPath('alarm.png') })
  })

  await test.step('对象页：读数、报警标记、规则', async () => {
    await page.goto(`/streams/thing/${device.type}/${device.code}`)
    await expect(page.locator('.thing-streams b')).toContainText('55')
    await expect(page.locator('.thing-alarms')).toContainText('91.5')
    await expect(page.locator('.thing-rules')).toContainText('供水超温')
    await expect(page.locator('.cy-trend canvas')).toBeVisible()
    await page.screenshot({ path: info.outputPath('thing.png') })
  })

  await test.step('这些页面没有无障碍缺陷', async () => {
    for (const path of [
      `/alarms?queue=all&q=${words}`,
      `/streams/thing/${device.type}/${device.code}`,
      '/streams',
      `/streams/list/${device.type}`
    ]) {
      await page.goto(path)
      await expect(page.locator('.cy-skeleton')).toHaveCount(0)
      const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']).analyze()
      expect(violations.map((v) => `${path}: ${v.id} ${v.nodes.map((n) => n.target.join(' ')).join(', ')}`)).toEqual([])
    }
  })
  await line.endAsync()
})

/** The case by its posts to the end: accepted, registered, handled, checked, closed. */
async function closeCase(as: (username: string) => Promise<Account>, id: string): Promise<void> {
  const [acceptor, shift, dept, handler, dispatcher, collector] = await Promise.all(
    ['acceptor', 'shiftleader', 'dept', 'handler', 'dispatcher', 'collector'].map(as)
  )
  const idOf = async (who: Account | undefined) => (await who!.send<{ user: { id: string } }>('GET', '/session')).user.id
  let view = await acceptor!.send<CaseView>('GET', `/cases/${id}`)
  expect(view.urgent).toBe(true)
  expect(view.sourceType).toBe('iot')
  if (view.can.some((c) => c.op === 'accept')) view = await acceptor!.act(view, 'accept')
  view = await shift!.act(view, 'register', { conditionId: await acceptor!.conditionOf(view) })
  view = await dept!.act(view, 'assign', { handlerId: await idOf(handler) })
  view = await handler!.act(view, 'submitHandle', {
    opinion: '已关小调节阀',
    evidenceIds: [await handler!.upload('after', true)]
  })
  view = await dept!.act(view, 'deptConfirm')
  view = await dispatcher!.act(view, 'forward')
  view = await acceptor!.act(view, 'sendCheck', { collectorId: await idOf(collector), opinion: '请核查' })
  view = await collector!.act(view, 'submitCheck', { result: 'pass', evidenceIds: [await collector!.upload('check', true)] })
  await acceptor!.act(await acceptor!.send<CaseView>('GET', `/cases/${id}`), 'close')
}

test('值守一班几百条报警：成批确认和研判', async ({ journey, baseURL }, info) => {
  test.setTimeout(120_000)
  const words = `江西路${info.workerIndex}${Date.now() % 100_000}`
  const admin = await journey.as('dataadmin')
  const devices = await Promise.all([0, 1, 2].map((i) => makeSensing(admin, `${words}b${i}`, [120.3704 + i * 0.01, 36.0712])))
  const shift = await journey.as('shiftleader')
  // The judge hears of a new rule by its announcement: what was read before is not judged by it.
  await expect
    .poll(
      async () => {
        for (const device of devices) await push(baseURL ?? '', device, [[Date.now(), 74]])
        return (await shift.send<AlarmPage>('GET', `/alarms?state=open&q=${words}`)).items.length
      },
      { timeout: PATIENCE_MS }
    )
    .toBe(3)
  const page = await journey.enter('shiftleader')
  await page.goto(`/alarms?queue=open&q=${words}`)
  await expect(page.getByRole('option')).toHaveCount(3)
  await page.getByRole('option').first().locator('.line-mark').click()
  await page.getByRole('button', { name: '选中列表中全部 3 条' }).click()
  const bar = page.getByRole('region', { name: '批量操作' })
  await bar.getByRole('button', { name: '确认', exact: true }).click()
  await expect(page.getByText('确认：3 条完成')).toBeVisible()
  await page.goto(`/alarms?queue=unacknowledged&q=${words}`)
  await expect(page.getByText('没有符合条件的报警')).toBeVisible()
  await page.goto(`/alarms?queue=open&q=${words}`)
  await page.getByRole('option').first().locator('.line-mark').click()
  await page.getByRole('button', { name: '选中列表中全部 3 条' }).click()
  await bar.getByRole('button', { name: '研判', exact: true }).click()
  await bar.getByText('误报', { exact: true }).click()
  await bar.locator('textarea').fill('传感器正在校准')
  await bar.getByRole('button', { name: '研判 3 条' }).click()
  await expect(page.getByText('研判：3 条完成')).toBeVisible()
  await page.goto(`/alarms?queue=false&q=${words}`)
  await expect(page.getByRole('option')).toHaveCount(3)

  await test.step('三条并为一个事件，拆出一条，撤销', async () => {
    await page.getByRole('option').first().locator('.line-mark').click()
    await page.getByRole('button', { name: '选中列表中全部 3 条' }).click()
    await bar.getByRole('button', { name: '并为事件' }).click()
    await bar.locator('textarea').fill('同一处施工')
    await bar.locator('button[type=submit]').click()
    const times = page.locator('.incident-times li')
    await expect(times).toHaveCount(3)
    await expect(page.locator('.case-place')).toContainText('共 3 条')
    await times.last().locator('input').check()
    await bar.getByRole('button', { name: '拆出事件' }).click()
    await bar.locator('textarea').fill('与施工无关')
    await bar.locator('button[type=submit]').click()
    await expect(times).toHaveCount(2)
    await page.locator('.ant-notification-notice', { hasText: '1 条报警已拆出' }).getByRole('button', { name: '撤销' }).click()
    await expect(times).toHaveCount(3)
    await page.screenshot({ path: info.outputPath('incident.png') })
  })

  await test.step('统计：规则的误报率，数字打开它的报警', async () => {
    await page.goto('/alarms/statistics?period=today&by=rule')
    const rule = page.locator('.alarm-groups tr', { has: page.locator(`a[href$="${devices[0]?.ruleId.replace('/', '~')}"]`) })
    await expect(rule).toContainText('100.0 %')
    await page.screenshot({ path: info.outputPath('statistics.png') })
    await rule.locator('td').first().getByRole('link', { name: '1', exact: true }).click()
    await expect(page.getByRole('option')).toHaveCount(1)
    await expect(page.getByRole('option')).toContainText(words)
  })
})

test('消息：来了就有数，全部已读，打开就是那条报警', async ({ journey, baseURL }) => {
  const words = `宁夏路${Date.now() % 100_000}`
  const device = await makeSensing(await journey.as('dataadmin'), words)
  const page = await journey.enter('shiftleader')
  await page.goto('/inbox?show=unread')
  const row = page.locator('.inbox li').filter({ hasText: words }).first()
  // The judge hears of a new rule by its announcement: what was read before is not judged by it.
  await expect(async () => {
    await push(baseURL ?? '', device, [[Date.now(), 92]])
    await expect(row).toBeVisible({ timeout: 1_500 })
  }).toPass({ timeout: PATIENCE_MS })
  await expect(page.getByRole('button', { name: /消息，\d+ 条未读/ })).toContainText(/\d/)
  await page.goto('/inbox')
  await page.getByRole('button', { name: '全部标为已读' }).click()
  await page.locator('.ant-popconfirm').getByRole('button', { name: '全部标为已读' }).click()
  await expect(page.getByText(/\d+ 条消息已标为已读/)).toBeVisible()
  await expect(row).toContainText('已读')
  const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']).analyze()
  expect(violations.map((v) => `${v.id} ${v.nodes.map((n) => n.target.join(' ')).join(', ')}`)).toEqual([])
  await row.getByRole('button').first().click()
  await expect(page.locator('.case-head h1')).toContainText(words)
})
