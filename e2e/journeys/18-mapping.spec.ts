import { makeSensing, SUPPLY } from '../support/sensing.ts'
import { expect, test } from '../support/test.ts'

test('厂家报文：点选样例，成为读数', async ({ journey, baseURL }, info) => {
  const mark = `m${info.workerIndex}x${Date.now() % 1_000_000}`
  const admin = await journey.as('dataadmin')
  const device = await makeSensing(admin, mark)
  const sample = JSON.stringify({ id: device.code, when: Math.floor(Date.now() / 1000), data: { t: 523, h: 48 } })

  const page = await journey.enter('dataadmin')
  await page.goto('/streams/mappings/new')
  const pick = async (value: string, as: string) => {
    await page.locator('.payload-leaf', { hasText: value }).click()
    await page.getByRole('menuitem', { name: as }).click()
  }
  await test.step('贴样例报文，点选数值、时间和设备', async () => {
    await page.getByLabel('名称', { exact: true }).fill(`${mark}厂家`)
    await page.getByLabel('标识', { exact: true }).fill(mark)
    await page.locator('.mapping-form').getByLabel('主题').first().fill('')
    await page.getByLabel('报文', { exact: true }).fill('{"id": ')
    await expect(page.getByText('右侧的样例报文不是有效的 JSON')).toBeVisible()
    await page.getByLabel('报文', { exact: true }).fill(sample)
    await pick('523', '作为一路感知流的数值')
    await pick(String(JSON.parse(sample).when), '作为时间')
    await pick(device.code, '作为设备标识')
    await page.getByLabel('data.t 对应的感知流').fill('nothing')
    await expect(page.getByText('该设备没有这个感知流')).toBeVisible()
    await page.getByLabel('data.t 对应的感知流').fill(SUPPLY.key)
    await page.getByLabel('乘以').fill('0.1')
    await page.getByLabel('乘以').blur()
    await expect(page.getByRole('heading', { name: '会变成 1 条读数' })).toBeVisible()
    await expect(page.locator('.streams-table').filter({ hasText: device.code })).toContainText('52.3')
  })
  await page.getByRole('button', { name: '保存' }).click()
  await expect(page).toHaveURL(new RegExp(`/streams/mappings/${mark}$`))

  await test.step('设备按厂家格式推送：读数在对象页上', async () => {
    const send = async () => {
      const response = await fetch(`${baseURL}/api/streams/push/${mark}`, {
        method: 'POST',
        headers: {
          authorization: `Basic ${Buffer.from(`${device.account}:${device.secret}`).toString('base64')}`,
          'content-type': 'application/json'
        },
        body: sample
      })
      return response.status
    }
    await expect.poll(send).toBe(200)
    await page.goto(`/streams/thing/${device.type}/${device.code}`)
    await expect(page.locator('.thing-streams')).toContainText('52.3')
  })
})
