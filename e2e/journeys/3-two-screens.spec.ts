import { expect, test } from '../support/test.ts'

/** What the other screen may lag behind (design: an event is on another open screen within a second). */
const LAG_MS = 1_000

test('两块屏幕', async ({ journey }, info) => {
  const words = `两块屏幕${info.workerIndex}${Date.now() % 100_000}`
  const hotline = await journey.as('hotlineoperator')
  const view = await hotline.report(words)
  const mine = await journey.enter('acceptor')
  const other = await journey.enter('shiftleader')
  for (const page of [mine, other]) {
    await page.goto(`/cases/${view.id}?queue=open`)
    await expect(page.locator('.case-status')).toHaveText('待受理')
    await expect(page.locator('.shell-live')).toHaveText('实时')
  }
  const countOf = (queue: string) => other.locator('.desk-queue').filter({ hasText: queue }).locator('b')
  /** Milliseconds until the other screen shows something, measured from the answer to the act. */
  const lag = async (since: number, shown: Promise<unknown>) => {
    await shown
    return Date.now() - since
  }

  await test.step('受理：对面的案件、列表行与队列数字跟着变', async () => {
    const before = Number(await countOf('待立案').textContent())
    await mine.keyboard.press('1')
    const panel = mine.getByRole('region', { name: '受理', exact: true })
    await expect(panel).toBeVisible()
    const answered = mine.waitForResponse((r) => r.url().includes('/operations/accept'))
    await panel.getByRole('button', { name: /^确认受理/ }).click()
    await answered
    const since = Date.now()
    const lags = await Promise.all([
      lag(since, expect(other.locator('.case-status')).toHaveText('待立案')),
      lag(since, expect(other.locator('.timeline li').first()).toContainText('受理')),
      lag(since, expect(other.getByRole('option').filter({ hasText: words })).toContainText('待立案')),
      lag(since, expect(countOf('待立案')).toHaveText(String(before + 1)))
    ])
    info.annotations.push({ type: 'lag', description: lags.join(' ms, ') })
    expect(Math.max(...lags)).toBeLessThanOrEqual(LAG_MS)
  })

  await test.step('新上报：对面出现“1 件新到”，正在看的行不动', async () => {
    const first = await other.getByRole('option').first().locator('.line-title').textContent()
    const fresh = `${words} 又一件`
    await hotline.report(fresh)
    const since = Date.now()
    const bar = other.getByRole('button', { name: /件新到/ })
    const seen = await lag(since, expect(bar.or(other.getByRole('option').filter({ hasText: fresh })).first()).toBeVisible())
    expect(seen).toBeLessThanOrEqual(LAG_MS)
    if (await bar.isVisible()) {
      await expect(other.getByRole('option').first().locator('.line-title')).toHaveText(first ?? '')
      await bar.click()
    }
    await expect(other.getByRole('option').filter({ hasText: fresh })).toBeVisible()
  })

  await test.step('断线说明白，恢复后补上', async () => {
    await other.context().setOffline(true)
    await other.evaluate("dispatchEvent(new Event('offline'))")
    await mine.keyboard.press('Escape')
    await other.context().setOffline(false)
    await expect(other.locator('.shell-live')).toHaveText('实时')
  })
})
