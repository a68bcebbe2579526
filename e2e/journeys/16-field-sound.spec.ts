import { sound } from '../support/citizen.ts'
import { enterField, open, PHONE } from '../support/field.ts'
import { test } from '../support/test.ts'

const PAGES = ['', 'report', 'component', 'shift', 'sync', 'me']

test('外勤端每一页：读屏可用，不超出屏幕，中英文', async ({ journey }) => {
  test.setTimeout(240_000)
  for (const who of ['collector', 'handler']) {
    const page = await journey.openBrowser(PHONE)
    await page.goto('/field/')
    await sound(page, `field ${who} sign-in`)
    await enterField(page, who)
    for (const language of ['zh', 'en']) {
      if (language === 'en') {
        await open(page, 'me')
        await page.getByText('English', { exact: true }).click()
      }
      for (const path of PAGES) {
        await open(page, path)
        await page.waitForTimeout(400)
        await sound(page, `field ${who} ${language} ${path || 'tasks'}`)
      }
    }
    await page.context().close()
  }
})
