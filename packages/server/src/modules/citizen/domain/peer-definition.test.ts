import { expect, test } from 'vitest'
import { readDefinition } from './peer-definition.ts'
import { rowsOf } from './peer-document.ts'

test('a definition in XML reads like one in JSON', () => {
  const xml = `<?xml version="1.0"?><service_definition><service_code>DMV66</service_code><attributes>
    <attribute><variable>true</variable><code>WHISHETN</code><datatype>singlevaluelist</datatype><required>true</required>
      <order>1</order><description>What is the ticket/tag/DL number?</description>
      <values><value><key>123</key><name>Ford</name></value><value><key>124</key><name>Chrysler</name></value></values></attribute>
    </attributes></service_definition>`
  const json = [
    {
      service_code: 'DMV66',
      attributes: [
        {
          variable: true,
          code: 'WHISHETN',
          datatype: 'singlevaluelist',
          required: true,
          description: 'What is the ticket/tag/DL number?',
          values: [
            { key: 123, name: 'Ford' },
            { key: '124', name: 'Chrysler' }
          ]
        }
      ]
    }
  ]
  const values = [
    { key: '123', name: 'Ford' },
    { key: '124', name: 'Chrysler' }
  ]
  const attributes = [{ code: 'WHISHETN', description: 'What is the ticket/tag/DL number?', required: true, values }]
  expect(readDefinition(rowsOf(xml))).toEqual({ attributes })
  expect(readDefinition(json)).toEqual({ attributes })
})

test('what is no definition asks for nothing, and nothing is asked twice', () => {
  expect(readDefinition([])).toEqual({ attributes: [] })
  expect(readDefinition([7, null, { attributes: 'none' }, { attributes: [{ description: 'no code' }] }])).toEqual({
    attributes: []
  })
  const twice = [
    {
      attributes: [
        { code: 'a', values: [{ name: 'no key' }] },
        { code: 'a', required: true }
      ]
    }
  ]
  expect(readDefinition(twice)).toEqual({ attributes: [{ code: 'a', description: 'a', required: false, values: [] }] })
})
