import type { Page } from '@playwright/test'
import { expect, type Post, test } from '../support/test.ts'

/** Pages by who opens them. */
const PAGES: [post: Post, paths: string[]][] = [
  ['acceptor', ['/cases?queue=open', '/cases/:id?queue=open', '/report', '/overview', '/account', '/cases/:id/print', '/review']],
  ['shiftleader', ['/fieldwork/staff', '/fieldwork/coverage', '/fieldwork/proposals']],
  ['dataadmin', ['/admin/classes', '/admin/flow', '/admin/calendar', '/admin/rules']],
  [
    'dataadmin',
    ['/admin/open311/keys', '/admin/open311/peers', '/admin/open311/requests', '/admin/open311/services', '/admin/words']
  ],
  ['dataadmin', ['systems', 'messages', 'reconciliations', 'categories'].map((tab) => `/admin/hotline/${tab}`)],
  ['systemadmin', ['/admin/units', '/admin/users', '/admin/duty']],
  ['securityadmin', ['/admin/roles']],
  ['auditadmin', ['/admin/audit']]
]

/** Where a page shows data of the city: names, addresses, classes, words people wrote. They stay in their own language. */
const DATA = [
  '[translate=no]',
  '.shell-logo',
  '.shell-person',
  '.line-text',
  '.line-unit',
  '.desk-tag',
  '.case-head h1',
  '.case-place',
  '.case-text',
  '.case-facts dd',
  '.case-note',
  '.case-related',
  '.timeline-text',
  '.timeline small',
  '.timeline p',
  '.cy-photo',
  '.cy-map',
  '.maplibregl-map',
  '.sheet',
  '.ranks th[scope=row]',
  '.stream',
  '.matrix th[title]',
  '.ant-table-tbody',
  '.ant-table-row',
  '.admin-card',
  '.words li',
  '.ant-tree',
  '.report-where',
  '.overview > header h1',
  '.account dd',
  '.account-who',
  '.ant-picker-calendar',
  '.calendar',
  // What citizens sent, when another journey left something to review.
  '.review-list li',
  '.review-item h2',
  '.review-text',
  // Names the component library gives its own drawings and parts.
  '.anticon',
  '.ant-segmented',
  '.ant-input-number',
  'code',
  'pre',
  'kbd'
]
/** Latin words that stand in Chinese: keys, codes, standards, the switch to English, file kinds. */
const LATIN =
  /^(English|GeoReport|Open|api|key|Excel|PDF|A4|GB|T|CJJ|Ctrl|Enter|Esc|Shift|Delete|J|K|M|N|P|X|D|ID|IP|TOTP|OIDC|SHA|CGCS|m|km|NA|V|v|A|B|C)$/

/** Names of the city that stand among the words of a page. */
const NAMES = /青岛市工作日历|^[\u4e00-\u9fff]{2,3}[区市]$/

/** Texts of the page, labels and hints included, without the data in it. */
async function texts(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(`(${READ})(${JSON.stringify(DATA.join(','))})`)
}
/** Runs in the page; a string, since this program knows no DOM. */
const READ = `(data) => {
  const out = []
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  for (let n = walker.nextNode(); n; n = walker.nextNode()) {
    const box = n.parentElement
    if (!box || box.closest(data) || box.closest('script,style')) continue
    if (n.textContent.trim() && box.checkVisibility()) out.push(n.textContent.trim())
  }
  for (const e of document.querySelectorAll('[placeholder],[aria-label],[title]')) {
    if (e.closest(data)) continue
    for (const a of ['placeholder', 'aria-label', 'title']) if (e.getAttribute(a)) out.push(e.getAttribute(a))
  }
  out.push(document.title)
  return out
}`

/** Runs in the page: how far the bar at the top reaches beyond the screen, in pixels. */
const TOO_WIDE = `Math.max(0, (document.querySelector('.shell-right')?.getBoundingClientRect().right ?? 0) - innerWidth)`

async function settled(page: Page): Promise<void> {
  await expect(page.locator('.cy-skeleton')).toHaveCount(0)
  await expect(page.locator('.ant-spin-spinning')).toHaveCount(0)
}

test('中英文', async ({ journey }, info) => {
  // Every page twice; those with a map take their time on a busy machine.
  test.setTimeout(360_000)
  const hotline = await journey.as('hotlineoperator')
  const view = await hotline.report(`中英文${info.workerIndex}`)
  for (const [post, paths] of PAGES) {
    const page = await journey.enter(post)
    for (const language of ['zh', 'en'] as const) {
      await page.evaluate(`localStorage.setItem('chengyun.language', '${language}')`)
      for (const path of paths) {
        await test.step(`${language} ${post} ${path}`, async () => {
          await page.goto(path.replace(':id', view.id))
          await settled(page)
          await expect(page.locator('html')).toHaveAttribute('lang', language === 'zh' ? 'zh-CN' : 'en')
          expect.soft(await page.evaluate<number>(TOO_WIDE), `${language} ${path} is too wide`).toBe(0)
          const found = await texts(page)
          const wrong =
            language === 'en'
              ? found.filter((s) => /[\u4e00-\u9fff]/.test(s.replace(NAMES, '')) && s !== '中文')
              : found.filter((s) => (s.match(/[A-Za-z]+/g) ?? []).some((w) => !LATIN.test(w)))
          expect.soft([...new Set(wrong)], `${language} ${path}`).toEqual([])
        })
      }
    }
    await page.context().close()
  }
})

test('登录页中英文切换，整页跟着变', async ({ journey }) => {
  const page = await journey.openBrowser()
  await expect(page).toHaveTitle(/城运|青岛/)
  await page.getByRole('button', { name: 'English' }).click()
  await expect(page.getByRole('button', { name: 'Sign in', exact: true })).toBeVisible()
  await expect(page.getByRole('heading', { level: 1 })).not.toHaveText(/[\u4e00-\u9fff]/)
  await expect(page).toHaveTitle(/^[^\u4e00-\u9fff]+$/)
  await page.getByRole('button', { name: '中文' }).click()
  await expect(page.getByRole('button', { name: '登录', exact: true })).toBeVisible()
})
