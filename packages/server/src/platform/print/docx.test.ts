import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import yauzl from 'yauzl'
import type { PrintDocument } from './blocks.ts'
import { docxOf } from './docx.ts'

const DOCUMENT: PrintDocument = {
  title: '胶州湾路桥 结构健康月报',
  under: 'ST370203-00001 · 2026-10-01 – 2026-10-31',
  foot: '桥隧坡 · ST370203-00001',
  language: 'zh',
  blocks: [
    { kind: 'heading', text: '概况' },
    { kind: 'text', text: '本期 3 个测点共报警 2 次 <&> “引号”。' },
    {
      kind: 'table',
      columns: [
        { title: '监测项', width: 3 },
        { title: '平均', width: 1, right: true }
      ],
      rows: [['结构温度 (℃)', '22.3']]
    },
    {
      kind: 'curve',
      points: [
        { at: 0, min: 1, mean: 2, max: 3 },
        { at: 10, min: 2, mean: 3, max: 4 }
      ],
      from: 0,
      to: 10,
      caption: '1.0 – 4.0 ℃'
    }
  ]
}

test('says everything, in styles of its own, with a Chinese font named and heads that repeat', async () => {
  const parts = await partsOf(await docxOf(DOCUMENT))
  const body = parts.get('word/document.xml')!.toString('utf8')
  for (const words of ['胶州湾路桥 结构健康月报', '概况', '&lt;&amp;&gt; “引号”', '结构温度 (℃)', '22.3', '1.0 – 4.0 ℃'])
    expect(body).toContain(words)
  expect(body).toContain('w:val="Heading1"')
  expect(body).toContain('<w:tblHeader/>')
  expect(body).toContain('descr="1.0 – 4.0 ℃"')
  const styles = parts.get('word/styles.xml')!.toString('utf8')
  expect(styles).toContain('w:eastAsia="Microsoft YaHei"')
  expect(styles).toMatch(/<w:lang[^>]*w:eastAsia="zh-CN"/)
  const picture = [...parts].find(([name]) => /^word\/media\/.+\.png$/.test(name))![1]
  expect(picture.subarray(1, 4).toString()).toBe('PNG')
  expect([...parts.keys()].some((name) => name.startsWith('word/footer'))).toBe(true)
})

test('LibreOffice opens it', { timeout: 120_000 }, async (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'docx-'))
  try {
    writeFileSync(join(folder, 'report.docx'), await docxOf(DOCUMENT))
    const profile = `-env:UserInstallation=file://${join(folder, 'profile')}`
    try {
      execFileSync(
        'soffice',
        [profile, '--headless', '--convert-to', 'txt:Text (encoded):UTF8', '--outdir', folder, join(folder, 'report.docx')],
        {
          stdio: 'ignore',
          timeout: 100_000
        }
      )
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
      context.skip('no LibreOffice on this machine')
    }
    const text = readFileSync(join(folder, 'report.txt'), 'utf8')
    for (const words of ['胶州湾路桥 结构健康月报', '本期 3 个测点共报警 2 次 <&> “引号”。', '结构温度 (℃)'])
      expect(text).toContain(words)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

/** The files in a DOCX. */
function partsOf(docx: Buffer): Promise<Map<string, Buffer>> {
  return new Promise((resolve, reject) => {
    yauzl.fromBuffer(docx, { lazyEntries: true }, (error, zip) => {
      if (error || !zip) return reject(error)
      const out = new Map<string, Buffer>()
      zip.on('entry', (entry: yauzl.Entry) => {
        zip.openReadStream(entry, (failed, stream) => {
          if (failed || !stream) return reject(failed)
          const chunks: Buffer[] = []
          stream
            .on('data', (d: Buffer) => chunks.push(d))
            .on('end', () => {
              out.set(entry.fileName, Buffer.concat(chunks))
              zip.readEntry()
            })
        })
      })
      zip.on('end', () => resolve(out))
      zip.readEntry()
    })
  })
}
