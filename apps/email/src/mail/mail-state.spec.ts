import { describe, expect, it } from '@jest/globals';
import { MAX_COPIES, nextStep } from './mail-state.ts';

const fresh = { copies: 1, leaseExpired: true };

describe('the next step for a mail', () => {
  it('is to send it when nobody has', () => {
    expect(nextStep({ ...fresh, status: 'pending' }, 'resend')).toBe('send');
    expect(nextStep({ ...fresh, status: 'pending' }, 'hold')).toBe('send');
  });

  it('is to wait while somebody else is sending it', () => {
    expect(nextStep({ ...fresh, status: 'sending', leaseExpired: false }, 'resend')).toBe('wait');
    expect(nextStep({ ...fresh, status: 'sending', leaseExpired: false }, 'hold')).toBe('wait');
  });

  it.each([
    ['resend', 'resend'],
    ['hold', 'hold'],
  ] as const)('is to %s it as configured when nobody knows what became of it', (whenUnknown, step) => {
    expect(nextStep({ ...fresh, status: 'sending' }, whenUnknown)).toBe(step);
    expect(nextStep({ ...fresh, status: 'unknown' }, whenUnknown)).toBe(step);
  });

  it('is to hold it when a person may already have as many copies as we dare send', () => {
    expect(nextStep({ ...fresh, status: 'unknown', copies: MAX_COPIES - 1 }, 'resend')).toBe('resend');
    expect(nextStep({ ...fresh, status: 'unknown', copies: MAX_COPIES }, 'resend')).toBe('hold');
    expect(nextStep({ ...fresh, status: 'sending', copies: MAX_COPIES }, 'resend')).toBe('hold');
  });

  it.each(['sent', 'failed'] as const)('is nothing once it is %s', (status) => {
    expect(nextStep({ ...fresh, status }, 'resend')).toBe('nothing');
  });
});
