/** Requests that nobody with an ordinary client sends, and what they are answered by every service that speaks HTTP. */
export const hostileRequests: [what: string, bytes: string, status: number][] = [
  ['no HTTP', '\x16\x03\x01\x02 hello\r\n\r\n', 400],
  ['a method that HTTP does not know', request('BREW /'), 400],
  ['a method that nobody needs here', request('TRACE /'), 404],
  ['OPTIONS, as a page of another site would ask', request('OPTIONS /', 'origin: https://evil.example'), 404],
  ['a path that leads nowhere', request('GET /admin'), 404],
  ['a path that leads out of the assets', request('GET /assets/..%2f..%2fpackage.json'), 404],
  ['a path that cannot be decoded', request('GET /%E0%A4%A'), 404],
  ['a path with NUL', request('GET /assets/page.css%00.png'), 400],
  ['8,000 characters of id', request(`GET /signups/${'x'.repeat(8_000)}`), 404],
  ['a file by a range that it has not', request('GET /assets/page.css', 'range: bytes=99999999-'), 400],
  ['HEAD, which has no body', request('HEAD /'), 200],
  ['20 KB of headers', request('GET /', `x: ${'x'.repeat(20_000)}`), 431],
  ['a header with a line feed', 'GET / HTTP/1.1\r\nhost: x\nx: y\r\n\r\n', 400],
  ['two lengths', request('POST /', 'content-length: 1\r\ncontent-length: 2', 'ab'), 400],
  ['a length and chunks', request('POST /', 'content-length: 4\r\ntransfer-encoding: chunked', '0\r\n\r\n'), 400],
  ['a content type that is none', request('POST /', 'content-type: /\r\ncontent-length: 2', '{}'), 415],
  ['half a JSON text', request('POST /', json(9), '{"email":'), 400],
  ['a poisoned prototype', request('POST /', json(26), '{"__proto__":{"admin":1}}\n'), 400],
  ['100 MB, as announced', request('POST /', json(100_000_000), '{'), 413],
  ['40 KB in chunks', request('POST /', json('chunks'), `8000\r\n${' '.repeat(0x8000)}\r\n0\r\n\r\n`), 413],
];

function request(line: string, headers = '', body = ''): string {
  return `${line} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n${headers}${headers && '\r\n'}\r\n${body}`;
}

function json(length: number | 'chunks'): string {
  const size = length === 'chunks' ? 'transfer-encoding: chunked' : `content-length: ${length}`;
  return `content-type: application/json\r\n${size}`;
}

/** What no answer says, whatever was asked. */
export const INSIDES =
  /\bat \S+ \(|node_modules|\/(src|dist)\/|prisma|\bSELECT\b|\bINSERT\b|postgres|rabbit|ECONN|FST_ERR/i;
