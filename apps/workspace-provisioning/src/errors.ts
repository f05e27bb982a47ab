/** Every slug we were ready to try is another workspace's. Tried again later, with another random end. */
export class SlugsTaken extends Error {
  override readonly name = 'SlugsTaken';
  readonly code = 'WORKSPACE_SLUGS_TAKEN';
}
