import type { DeviceSecret, StreamPage } from '@chengyun/contract/streams'
import { connect } from '../support/sensing.ts'
import { expect, test } from '../support/test.ts'

const TYPE = 'septic-tank'

test('远程操作：编码确认、设备应答；场景包和值守人都允许后规则自动通风', async ({ journey }, info) => {
  const [admin, chief] = await Promise.all([journey.as('dataadmin'), journey.as('shiftleader')])
  const { items } = await chief.send<StreamPage>('GET', `/streams?type=${TYPE}&key=fanRunning&limit=20`)
  const stream = items[7 + info.retry]
  if (!stream) throw new Error('no tank of the demonstration has a fan')
  const { code } = stream.item
  const made = await admin.send<DeviceSecret>('POST', '/streams/devices', { register: TYPE, code, protocol: 'mqtt' })
  const line = await connect({ account: made.device.account, secret: made.secret ?? '' })
  const topic = `city/370202/hazard/${code}`
  const say = (values: object) =>
    line.publishAsync(`${topic}/up/telemetry`, JSON.stringify({ ts: Date.now(), values }), { qos: 1 })
  line.on('message', (_, bytes) => {
    const { msgId, method } = JSON.parse(bytes.toString()) as { msgId: string; method: string }
    line.publish(`${topic}/up/reply`, JSON.stringify({ msgId, code: 0 }), { qos: 1 })
    void say({ fanRunning: method === 'fan.start' ? 1 : 0 })
  })
  await line.subscribeAsync(`${topic}/down/#`, { qos: 1 })

  const page = await journey.enter('shiftleader')
  await page.goto(`/registers/list/${TYPE}/${code}`)
  const tasks = page.locator('.alarm-tasks li')
  await test.step('编码不符不发，相符才发；设备运行后显示已执行', async () => {
    await page.getByRole('button', { name: /^停\s*止$/ }).click()
    const dialog = page.getByRole('dialog')
    await dialog.locator('input').fill(`${code}9`)
    await dialog.locator('textarea').fill('检修前停机')
    await dialog.getByRole('button', { name: '发出指令' }).click()
    await expect(dialog.getByText('编码不一致')).toBeVisible()
    await expect(tasks).toHaveCount(0)
    await dialog.locator('input').fill(code)
    await dialog.getByRole('button', { name: '发出指令' }).click()
    await expect(tasks.first()).toContainText('通风装置 · 停止 已执行')
  })
  await test.step('没有许可不动作；许可后报警即启动', async () => {
    await page.getByRole('button', { name: '允许自动' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.locator('textarea').fill('经评审可自动通风')
    await dialog.getByRole('button', { name: '允许自动' }).click()
    await expect(page.locator('.alarm-permit')).toContainText('经评审可自动通风')
    await say({ ch4: 100 })
    await expect(tasks.first()).toContainText('通风装置 · 启动 已执行')
    await expect(tasks.first()).toContainText('自动')
    await page.screenshot({ path: info.outputPath('actuation.png') })
  })
  await line.endAsync()
})
