import { WorkspaceProvisioningFailed } from '@tributary/contracts';
import { exampleEvent } from '@tributary/testing';
import type { Replica, SignupSystem } from '../signup-app.fixture.ts';

/** Somebody who has signed up, with the manage token to go with it. */
export class Holder {
  /** Whose workspace is refused, once that has been heard. */
  static async refused(
    system: SignupSystem,
    signup: Replica,
  ): Promise<Holder & { failure: WorkspaceProvisioningFailed }> {
    const holder = await Holder.new(signup);
    const failure = holder.refusal(1);
    await system.publishInOrder(failure);
    return Object.assign(holder, { failure });
  }

  static async new(signup: Replica): Promise<Holder> {
    const { id, manageToken } = await signup.signUp();
    return new Holder(signup.url, id, { authorization: `Bearer ${manageToken}` });
  }

  private constructor(
    private readonly url: string,
    readonly id: string,
    readonly token: { authorization: string },
  ) {}

  refusal = (attempt: number) => exampleEvent(WorkspaceProvisioningFailed, { userId: this.id, attempt });

  choose = (workspaceName: unknown, headers: Record<string, string> = this.token) =>
    fetch(`${this.url}/signups/${this.id}/workspace-name`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ workspaceName }),
    });

  withdraw = (headers: Record<string, string> = this.token) =>
    fetch(`${this.url}/signups/${this.id}`, { method: 'DELETE', headers });

  status = () => fetch(`${this.url}/signups/${this.id}`);
}

export const codeOf = async (response: Response) => ((await response.json()) as { code: string }).code;
