import { describe, expect, it } from '@jest/globals';
import { networksOf } from './client-network.ts';

describe('the networks of an address', () => {
  it.each([
    ['192.0.2.7', '192.0.2.7', '192.0.2'],
    ['::ffff:192.0.2.7', '192.0.2.7', '192.0.2'],
    ['::FFFF:c000:207', '192.0.2.7', '192.0.2'],
    ['2001:db8:1:2:3::4', '2001:0db8:0001:0002', '2001:0db8:0001'],
    ['2001:0DB8:0001:0002::', '2001:0db8:0001:0002', '2001:0db8:0001'],
    ['fe80::1%eth0', 'fe80:0000:0000:0000', 'fe80:0000:0000'],
    ['::1', '0000:0000:0000:0000', '0000:0000:0000'],
    ['Unknown', 'unknown', 'unknown'],
    [undefined, '', ''],
  ])('%s', (ip, client, wider) => {
    expect(networksOf(ip)).toEqual({ client, wider });
  });
});
