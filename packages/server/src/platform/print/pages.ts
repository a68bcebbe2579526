import { type Block, CURVE, curveSvg, type PrintDocument } from './blocks.ts'
import { type PdfPart, pdfOf } from './pdf.ts'

/** A document as a PDF. */
export const pdfOfDocument = ({ title, under, foot, blocks }: PrintDocument): Promise<Buffer> =>
  pdfOf({
    title,
    foot,
    content: [
      { text: title, fontSize: 18, bold: true },
      { text: under, fontSize: 9, margin: [0, 2, 0, 8] },
      ...blocks.map(partOf)
    ]
  })

function partOf(block: Block): PdfPart {
  switch (block.kind) {
    case 'heading':
      return { text: block.text, fontSize: 12, bold: true, margin: [0, 10, 0, 4], headlineLevel: 1 }
    case 'text':
      return { text: block.text }
    case 'curve':
      return {
        unbreakable: true,
        stack: [{ svg: curveSvg(block) }, { text: block.caption, fontSize: 8, margin: [0, 2, 0, 0] }]
      }
    case 'table':
      return {
        layout: 'lightHorizontalLines',
        fontSize: 8.5,
        table: {
          headerRows: 1,
          widths: widthsOf(block.columns),
          body: [
            block.columns.map((c) => ({ text: c.title, bold: true, ...side(c) })),
            ...block.rows.map((row) => row.map((text, i) => ({ text, ...side(block.columns[i]!) })))
          ]
        }
      }
  }
}

const side = ({ right }: { right?: boolean }) => (right ? { alignment: 'right' } : {})

/** Widths in points; the layout leaves 8 points on either side of what parts two columns. */
function widthsOf(columns: readonly { width: number }[]): number[] {
  const room = CURVE.width - (columns.length - 1) * 16
  const whole = columns.reduce((sum, c) => sum + c.width, 0)
  return columns.map((c) => (c.width / whole) * room)
}
