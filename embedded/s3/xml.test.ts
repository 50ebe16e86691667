import { expect, it } from 'vitest'
import { childText, parseXml, xmlDocument } from './xml.ts'

it('what was written is what is read', () => {
  const key = `<a href="x">&amp; 'b'\r\n c>`
  const document = parseXml(xmlDocument('List', { Key: key, Left: undefined, Item: [{ Name: 'one' }, { Name: 2 }] }))
  expect(document.name).toBe('List')
  expect(childText(document, 'Key')).toBe(key)
  expect(childText(document, 'Left')).toBeUndefined()
  expect(document.children.filter(({ name }) => name === 'Item').map((item) => childText(item, 'Name'))).toEqual([
    'one',
    '2',
  ])
})

it('answers are in the namespace of S3, errors in none', () => {
  expect(xmlDocument('List', {})).toContain('<List xmlns="http://s3.amazonaws.com/doc/2006-03-01/">')
  expect(xmlDocument('Error', {})).toContain('<Error></Error>')
})

it('declarations, comments, namespaces, attributes and CDATA are read past', () => {
  const source = `<?xml version="1.0"?>\n<!-- <x> --><s3:Delete xmlns:s3="urn:x" a='b'><Key><![CDATA[<&>]]>&#x4E2D;&#25991;</Key><Quiet/></s3:Delete>\n`
  const document = parseXml(source)
  expect(document.name).toBe('Delete')
  expect(childText(document, 'Key')).toBe('<&>中文')
  expect(childText(document, 'Quiet')).toBe('')
})

it.each(['', 'text', '<a>', '<a></b>', '</a>', '<a/><b/>', '<a', '<a><b></a></b>'])('%s is malformed', (source) => {
  expect(() => parseXml(source)).toThrow(expect.objectContaining({ code: 'MalformedXML' }))
})

it('document types are refused, and with them entities that multiply', () => {
  const source = '<!DOCTYPE a [<!ENTITY b "bb">]><a>&b;</a>'
  expect(() => parseXml(source)).toThrow(expect.objectContaining({ code: 'MalformedXML' }))
})
