/** Values of an attacker who looks for unhandled cases. */

const numbers = [
  '0', '-0', '-1', '1', '00', '007', '+1', '1.5', '.5', '1.', '-', '+', '1e3', '1e308', '1e309', '-1e309', '1e-400', '1E+16',
  '2147483647', '2147483648', '-2147483649', '4294967296', '9007199254740991', '9007199254740992', '9007199254740993',
  '9223372036854775807', '9223372036854775808', '-9223372036854775809', '18446744073709551616', '9'.repeat(100), '0x10',
  '0b1', '0o7', '1_000', '1,000', '١٢٣', '１２３', '②', '1 2', '1\t', '\n1', 'NaN', 'Infinity', '-Infinity', '1e', 'e1',
] // prettier-ignore

const words = [
  '',
  ' ',
  'null',
  'undefined',
  'None',
  'nil',
  'true',
  'false',
  'on',
  '[]',
  '{}',
  '[object Object]',
  '""',
  "''",
]

const names = [
  '__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', '__typename', '__schema', 'then', 'length', '$where',
] // prettier-ignore

const queries = [
  "'", '"', '`', "' or '1'='1", "' or 1=1 --", "'; drop table accounts; --", "admin'--", '" or ""="', "') or ('1'='1",
  "1; select pg_sleep(20)", "' union select null,null --", '1/**/or/**/1=1', "\\' or 1=1 --", 'x\\', '$1', '$$', '%', '_', '%%%',
  '*', "'||(select version())||'", '1::int', "E'\\x00'", '{"$gt": ""}', '*)(uid=*))(|(uid=*', '{{7*7}}', '${7*7}', '#{7*7}',
  '<%= 7*7 %>', 'FLUSHALL\r\n', '*1\r\n$8\r\nFLUSHALL\r\n', '(((((', 'a{10000}', '(a+)+$',
] // prettier-ignore

const pages = [
  '<script>alert(1)</script>', '<img src=x onerror=alert(1)>', 'javascript:alert(1)', '&lt;', '&#0;', ']]>', '<!--', '<?xml version="1.0"?>',
  '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
] // prettier-ignore

const places = [
  '../../../../etc/passwd', '..\\..\\windows\\win.ini', '/etc/passwd', 'file:///etc/passwd', 'C:\\', '%2e%2e%2f', '....//', '/dev/null',
  'http://127.0.0.1:22/', 'http://[::1]/', 'http://169.254.169.254/', '//example.test', 'data:,x', '; ls', '| ls', '$(ls)', '`ls`', '&& ls',
  'a\r\nSet-Cookie: a=b', 'a\nb', 'CON', '.', '..', '/', '\\',
] // prettier-ignore

const characters = [
  '\0', 'a\0b', '\u0001', '\u001b[31m', '\b', '\u007f', '\u0085', '\u2028', '\u2029', '\ufeff', '\ufffe', '\uffff', '\ufffd',
  '\u200b', '\u200e', '\u202e', '\u2066', '\u00ad', '\u3000', '\ud800', 'a\udfff', '\udc00\ud800', '\ud83d', '😀', '👨‍👩‍👧‍👦', '🇨🇳', 'é', 'e\u0301',
  'Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢', 'İ', 'ı', 'ß', 'ﬀ', 'Ａ', '抖音', '𠮷', '\u{10ffff}', 'مرحبا', 'שלום', 'ไทย', 'ᚠ', '﷽', '𒐫', '🙂'.repeat(40),
] // prettier-ignore

const sizes = [31, 32, 33, 99, 101, 499, 501, 999, 1_001, 10_000].map((length) => 'x'.repeat(length))

const moments = [
  '2026-01-31T12:00:00.000Z', '2026-02-30T00:00:00Z', '0000-00-00T00:00:00Z', '-271821-04-20T00:00:00Z', '+275760-09-13T00:00:00Z',
  '294277-01-01T00:00:00Z', '9999-12-31T23:59:60Z', '1970-01-01', 'now', 'infinity', 'epoch', '2026-01-31T12:00:00+99:99',
] // prettier-ignore

const encodings = ['MQ==', 'eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.', 'Bearer x', 'a.b.c', '=', '====', 'bnVsbA', 'WzFd', 'e30', '/////w=='] // prettier-ignore

/** Texts of kinds that are known to break software. */
export const nastyTexts: readonly string[] = [
  ...numbers, ...words, ...names, ...queries, ...pages, ...places, ...characters, ...sizes, ...moments, ...encodings,
] // prettier-ignore

/** The same for JSON: values that are not texts, or texts nested in something else. */
export const nastyValues: readonly unknown[] = [
  null, true, false, 0, -0, -1, 1.5, 1e21, 1e308, 5e-324, 2 ** 31, -(2 ** 31) - 1, 2 ** 53, 2 ** 63, [], [null], [[[[]]]], ['a', 1],
  {}, { id: '1' }, { toString: 1 }, { valueOf: null }, { length: 1e9 }, { then: 'x' }, { $gt: '' }, { constructor: { prototype: {} } },
  JSON.parse('{"__proto__":{"admin":true}}'), JSON.parse(`${'['.repeat(200)}${']'.repeat(200)}`), JSON.parse(`${'{"a":'.repeat(100)}1${'}'.repeat(100)}`),
  Array.from({ length: 1_000 }, () => 'x'), ['2026-01-31T12:00:00.000Z'], { toJSON: 'x' },
] // prettier-ignore
