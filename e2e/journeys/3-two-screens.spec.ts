import type { Page } from '@playwright/test'
import { expect, test } from '../support/test.ts'

/** What the other screen may lag behind (design: an event is on another open screen within a second). */
const LAG_MS = 1_000
/** A busy machine is slow at everything: so many times a bare request of the same page is forgiven on top. */
const BARE_REQUESTS = 10

/** 黄岛区: no other journey reports here, so every arrival is ours. */
const THERE: [number, number] = [120.1806, 35.9617]

/** The instant at which a text shows somewhere on the page, told by the page itself, which looks every frame. */
const whenShown = (page: Page, selector: string, text: string): Promise<number> =>
  page.evaluate<number>(`new Promise((done) => {
    const look = () => [...document.querySelectorAll(${JSON.stringify(selector)})].some((e) => e.textContent.includes(${JSON.stringify(text)}))
      ? done(Date.now()) : setTimeout(look, 15)
    look()
  })`)

/** Milliseconds a bare request of the page takes now. */
const bareRequest = (page: Page): Promise<number> =>
  page.evaluate<number>(
    "(async () => { const t = Date.now(); for (let i = 0; i < 5; i++) await fetch('/readyz'); return (Date.now() - t) / 5 })()"
  )

test('两块屏幕', async ({ journey }, info) => {
  const words = `两块屏幕${info.workerIndex}${Date.now() % 100_000}`
  const hotline = await journey.as('hotlineoperator')
  const view = await hotline.report(words, { location: THERE })
  const mine = await journey.enter('acceptor')
  const other = await journey.enter('shiftleader')
  for (const page of [mine, other]) {
    await page.goto(`/cases/${view.id}?queue=open&sort=-reportedAt&district=${view.districtCode}`)
    await expect(page.locator('.case-status')).toHaveText('待受理')
    await expect(page.locator('.shell-live')).toHaveText('实时')
  }
  const countOf = (queue: string) => other.locator('.desk-queue').filter({ hasText: queue }).locator('b')
  await test.step('受理：对面的案件、列表行与队列数字跟着变', async () => {
    // Other journeys move their own cases meanwhile, so the numbers are compared with what the server just counted.
    const counted = other.waitForResponse((r) => r.url().endsWith('/api/cases/queues'))
    await mine.keyboard.press('1')
    const panel = mine.getByRole('region', { name: '受理', exact: true })
    await expect(panel).toBeVisible()
    const allowed = LAG_MS + BARE_REQUESTS * (await bareRequest(other))
    const shown = Promise.all([
      whenShown(other, '.case-status', '待立案'),
      whenShown(other, '.timeline li:first-child b', '受理')
    ])
    const answered = mine.waitForResponse((r) => r.url().includes('/operations/accept'))
    await panel.getByRole('button', { name: /^确认受理/ }).click()
    await (await answered).finished()
    const since = Date.now()
    const lags = (await shown).map((at) => at - since)
    await expect(other.getByRole('option').filter({ hasText: words })).toContainText('待立案')
    expect((await counted).ok()).toBe(true)
    await expect(countOf('待立案')).toHaveText(/^\d*[1-9]\d*$/)
    info.annotations.push({ type: 'lag', description: lags.join(' ms, ') })
    expect(Math.max(...lags)).toBeLessThanOrEqual(allowed)
  })

  await test.step('新上报：对面出现“1 件新到”，正在看的行不动', async () => {
    const first = await other.getByRole('option').first().locator('.line-title').textContent()
    const fresh = `${words} 又一件`
    const allowed = LAG_MS + BARE_REQUESTS * (await bareRequest(other))
    const bar = other.getByRole('button', { name: /件新到/ })
    const arrived = Promise.race([whenShown(other, '.desk-new', '件新到'), whenShown(other, '.line-title', fresh)])
    await hotline.report(fresh, { location: THERE })
    const since = Date.now()
    expect((await arrived) - since).toBeLessThanOrEqual(allowed)
    if (await bar.isVisible()) {
      await expect(other.getByRole('option').first().locator('.line-title')).toHaveText(first ?? '')
      await bar.click()
    }
    await expect(other.getByRole('option').filter({ hasText: fresh })).toBeVisible()
  })
})
