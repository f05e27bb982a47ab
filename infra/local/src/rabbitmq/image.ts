/** Changed together with docker-compose.yml: a test compares. */
export const PINNED_IMAGE = 'rabbitmq:4.3.6-management';

/** The image that `RABBITMQ_IMAGE` names: the broker then runs in Docker whatever the machine has. */
export const chosenImage = process.env['RABBITMQ_IMAGE'];

/** What Docker runs. docker-compose.yml reads the same variable and pins the same version. */
export const brokerImage = chosenImage || PINNED_IMAGE;
