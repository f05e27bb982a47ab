import { describe, expect, it } from '@jest/globals';
import { MAX_COPIES, nextStep } from './mail-state.ts';

const fresh = { copies: 1, leaseExpired: true };
const [resend, hold, withdrawn] = [
  { whenUnknown: 'resend', withdrawn: false },
  { whenUnknown: 'hold', withdrawn: false },
  { whenUnknown: 'hold', withdrawn: true },
] as const;

describe('the next step for a mail', () => {
  it('is to send it when nobody has', () => {
    expect(nextStep({ ...fresh, status: 'pending' }, resend)).toBe('send');
    expect(nextStep({ ...fresh, status: 'pending' }, hold)).toBe('send');
  });

  it('is to wait while somebody else is sending it', () => {
    expect(nextStep({ ...fresh, status: 'sending', leaseExpired: false }, resend)).toBe('wait');
    expect(nextStep({ ...fresh, status: 'sending', leaseExpired: false }, hold)).toBe('wait');
  });

  it.each([
    ['resend', resend],
    ['hold', hold],
  ] as const)('is to %s it as configured when nobody knows what became of it', (step, settings) => {
    expect(nextStep({ ...fresh, status: 'sending' }, settings)).toBe(step);
    expect(nextStep({ ...fresh, status: 'unknown' }, settings)).toBe(step);
  });

  it('is to hold it when a person may already have as many copies as we dare send', () => {
    expect(nextStep({ ...fresh, status: 'unknown', copies: MAX_COPIES - 1 }, resend)).toBe('resend');
    expect(nextStep({ ...fresh, status: 'unknown', copies: MAX_COPIES }, resend)).toBe('hold');
    expect(nextStep({ ...fresh, status: 'sending', copies: MAX_COPIES }, resend)).toBe('hold');
  });

  it.each([
    { status: 'pending' },
    { status: 'unknown' },
    { status: 'sending' },
    { status: 'unknown', copies: MAX_COPIES },
  ] as const)('is to suppress it when the person has withdrawn and it is %j', (mail) => {
    expect(nextStep({ ...fresh, ...mail }, withdrawn)).toBe('suppress');
    expect(nextStep({ ...fresh, ...mail }, { ...withdrawn, whenUnknown: 'resend' })).toBe('suppress');
  });

  it('is to wait for its sender also when the person has withdrawn meanwhile', () => {
    expect(nextStep({ ...fresh, status: 'sending', leaseExpired: false }, withdrawn)).toBe('wait');
  });

  it.each(['sent', 'failed', 'suppressed'] as const)('is nothing once it is %s', (status) => {
    for (const settings of [resend, hold, withdrawn]) expect(nextStep({ ...fresh, status }, settings)).toBe('nothing');
  });
});
