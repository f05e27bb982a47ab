import { createEvent, type Event, type EventContract, type EventOf } from '@tributary/contracts';

/** A valid event of this contract: its example data with `data` laid over it, and an id of its own. */
export function exampleEvent<Contract extends EventContract>(
  contract: Contract,
  data: Partial<EventOf<Contract>['data']> = {},
  cause?: Pick<Event, 'id' | 'correlationid'>,
): EventOf<Contract> {
  return createEvent(contract, { ...contract.example, ...data }, cause) as EventOf<Contract>;
}
