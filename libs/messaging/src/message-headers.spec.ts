import { describe, expect, it } from '@jest/globals';
import { headersForAnotherTrip } from './message-headers.ts';

describe('the headers of a message that is published again', () => {
  it('keep ours and strangers, without what the broker wrote', () => {
    const before = {
      traceparent: '00-a-b-01',
      custom: 1,
      'x-death': [{}],
      'x-first-death-queue': 'q',
      'x-delivery-count': 3,
    };
    expect(headersForAnotherTrip(before, { 'tributary-attempts': 2 })).toEqual({
      traceparent: '00-a-b-01',
      custom: 1,
      'tributary-attempts': 2,
    });
    expect(headersForAnotherTrip(undefined, {})).toEqual({});
  });
});
