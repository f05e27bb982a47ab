interface Fields {
  email: string;
  displayName: string;
  workspaceName: string;
}

/** What is refused by signup, field by field. */
export const refused: [what: string, field: Partial<Fields>][] = (
  [
    ['a line break and a header', '\r\nBcc: eve@example.com'],
    ['a bare line feed', '\nBcc: eve@example.com'],
    ['NUL', '\0'],
    ['half a character', '\ud800'],
    ['a right-to-left override', '\u202e'],
    ['a character that could not be read', '\ufffd'],
    ['10,000 characters', 'x'.repeat(10_000)],
  ] as const
).flatMap(([what, text]) => [
  [`${what} in the address`, { email: `ada@example.com${text}` }],
  [`${what} in the name`, { displayName: `Ada${text}` }],
  [`${what} in the workspace's name`, { workspaceName: `Engines${text}` }],
]);

refused.push(
  ['two addresses', { email: 'ada@example.com, eve@example.com' }],
  ['two addresses that look like one', { email: 'ada@example.com;eve' }],
  ['an address in another', { email: '"ada@example.com>, <eve"@example.com' }],
  ['a command of SMTP', { email: 'ada@example.com> SIZE=1' }],
  ['an encoded word as an address', { email: '=?utf-8?q?ada=40example=2Ecom?=@example.com' }],
  ['a name that shows nothing', { displayName: '\u2800' }],
  ['a link in a name', { displayName: 'You have won: evil.example/prize' }],
  ["a link in a workspace's name", { workspaceName: 'https://evil.example' }],
  ['a name and an address, as in a header', { displayName: 'Ada" <eve@example.com>, "Bob' }],
);

/** Names that somebody may have, whatever else they mean somewhere. */
export const nastyNames = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  'Ada" <eve@example>, "Bob',
  'Bcc: eve@example',
  '%0d%0aBcc:%20eve@example',
  "'; DROP TABLE users; --",
  '{{7*7}} ${7*7} <%= 7*7 %>',
  '../../../etc/passwd',
  '👩‍👩‍👧‍👦 Zoë Ångström 東京 مختبر',
  '🚀'.repeat(50),
];

/** One mailbox in many spellings: whoever has one of them has all. */
export const spellings = {
  first: 'josé@bücher.example',
  others: [
    ['decomposed', 'jose\u0301@bu\u0308cher.example'],
    ['in capitals', 'JOSÉ@BÜCHER.EXAMPLE'],
    ['in full width', 'ｊｏｓé＠ｂüｃｈｅｒ．ｅｘａｍｐｌｅ'],
    ['with the domain in ASCII', 'josé@xn--bcher-kva.example'],
  ],
} as const;

/** Drawn alike and spelt otherwise: Latin and Cyrillic letters. Two mailboxes, so two people. */
export const homoglyphs = ['ada.lovelace@example.com', '\u0430d\u0430.lovelace@example.com'] as const;
