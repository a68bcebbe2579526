import { type BrowserContext, expect, type Page, test } from '@playwright/test'
import { HERE, photo } from '../support/account.ts'
import { sound, toSend } from '../support/citizen.ts'

/** Run in the page: by how many pixels it is wider than the screen. */
const TOO_WIDE = 'document.documentElement.scrollWidth - innerWidth'

test.use({
  viewport: { width: 390, height: 844 },
  geolocation: { longitude: HERE[0], latitude: HERE[1], accuracy: 18 },
  permissions: ['geolocation']
})

async function shoot(page: Page) {
  await page.goto('/citizen/')
  await page.locator('.shutter input').setInputFiles(await photo('citizen.jpg', 'near'))
  await expect(page.getByRole('heading', { name: '在哪里？' })).toBeVisible()
  await expect(page.locator('.place-says')).toContainText('街道')
}

test('a report with a photo is filed in at most six taps, and its code opens it on another telephone', async ({
  page,
  browser
}) => {
  await shoot(page)
  await sound(page, 'place')
  await page.getByRole('button', { name: '就在这里' }).click()
  await page.getByLabel('说一句（可以不填）').fill('人行道上有一堆垃圾')
  await expect(page.getByText('看起来是')).toBeVisible()
  await sound(page, 'words')
  await toSend(page)
  await sound(page, 'send')
  await page.getByRole('button', { name: '提交', exact: true }).click()
  await expect(page.getByRole('heading', { name: '已经交给城市' })).toBeVisible()
  await expect(page.getByText('已提交').first()).toBeVisible()
  await sound(page, 'filed')
  const code = (await page.locator('.ticket-code').innerText()).replace(/\s/g, '')
  expect(code).toMatch(/^[2-9A-HJKMNP-Z]{10}$/)

  const other = await browser.newContext({ viewport: { width: 390, height: 844 } })
  const elsewhere = await other.newPage()
  await elsewhere.goto('/citizen/mine')
  await elsewhere.getByRole('textbox', { name: '查询码' }).fill(code.toLowerCase())
  await elsewhere.getByRole('button', { name: '查进度' }).click()
  await expect(elsewhere.getByText('人行道上有一堆垃圾')).toBeVisible()
  await other.close()
})

test('every page is sound for a screen reader, in both languages and with letters twice as large', async ({ page }) => {
  for (const language of ['zh', 'en'])
    for (const path of ['', 'map', 'services', 'mine', 'help', 'report', 'nowhere']) {
      await page.addInitScript((l) => localStorage.setItem('chengyun.language', l), language)
      await page.goto(`/citizen/${path}`)
      await page.waitForTimeout(800)
      await sound(page, `${language} /${path}`)
      await page.addStyleTag({ content: 'html { font-size: 200% }' })
      await page.waitForTimeout(200)
      expect(await page.evaluate<number>(TOO_WIDE), `${language} /${path} at 200 %`).toBeLessThanOrEqual(0)
    }
})

test('a report without network waits on the telephone and files itself', async ({ page, context }) => {
  await shoot(page)
  await page.evaluate('navigator.serviceWorker.ready.then(() => true)')
  await page.getByRole('button', { name: '就在这里' }).click()
  await page.getByLabel('说一句（可以不填）').fill('路灯不亮，离线上报')
  await offline(context, true)
  await toSend(page)
  await page.getByRole('button', { name: '提交', exact: true }).click()
  await expect(page.getByRole('heading', { name: '已存在本机' })).toBeVisible()
  await page.reload()
  await expect(page.getByText('1 件上报存在本机')).toBeVisible()
  await offline(context, false)
  await page.goto('/citizen/mine')
  await expect(page.getByText('路灯不亮，离线上报')).toBeVisible()
  await expect(page.getByText('存在本机')).toHaveCount(0)
})

const offline = (context: BrowserContext, isOffline: boolean) => context.setOffline(isOffline)

test('by keyboard alone from the first page to a filed report', async ({ page }) => {
  await page.goto('/citizen/')
  const press = async (name: string | RegExp) => {
    const wanted = page.getByRole('button', { name })
    for (let i = 0; i < 40; i += 1) {
      await page.keyboard.press('Tab')
      if (await wanted.first().evaluate((e) => e === e.ownerDocument.activeElement)) return page.keyboard.press('Enter')
    }
    throw new Error(`no key leads to ${name}`)
  }
  await press('没有照片，直接说')
  await expect(page.getByRole('heading', { name: '在哪里？' })).toBeFocused()
  await expect(page.locator('.place-says')).toContainText('街道')
  await press('就在这里')
  await expect(page.getByRole('heading', { name: '是什么问题？' })).toBeFocused()
  while (!(await page.getByLabel('说一句（可以不填）').evaluate((e) => e === e.ownerDocument.activeElement)))
    await page.keyboard.press('Tab')
  await page.keyboard.type('下水道堵了，键盘上报')
  await press('下一步')
  await page.waitForURL(/step=(similar|send)/)
  if (page.url().includes('similar')) await press(/都不是/)
  await press('提交')
  await expect(page.getByRole('heading', { name: '已经交给城市' })).toBeFocused()
})

test('on a slow telephone in a slow network it is ready within 3.5 s', async ({ browser }) => {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, serviceWorkers: 'block' })
  const page = await context.newPage()
  const devtools = await context.newCDPSession(page)
  await devtools.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: 150,
    downloadThroughput: (1.6 * 1024 * 1024) / 8,
    uploadThroughput: (750 * 1024) / 8
  })
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: 4 })
  const started = Date.now()
  await page.goto('/citizen/', { waitUntil: 'commit' })
  await page.locator('.shutter input').waitFor({ state: 'attached' })
  // Interactive: the page answers a task of its own and nothing long stands before it.
  await page.evaluate('new Promise((done) => requestAnimationFrame(() => setTimeout(done, 0)))')
  const took = Date.now() - started
  test.info().annotations.push({ type: 'interactive', description: `${took} ms` })
  console.log(`citizen app interactive after ${took} ms`)
  expect(took).toBeLessThan(3500)
  await context.close()
})
