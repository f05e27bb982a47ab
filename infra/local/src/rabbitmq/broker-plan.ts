/** Everything a node is configured with, whatever runs it. */
export interface BrokerPlan {
  /** Of the process: `rabbitmq`; `rabbitmq-1` when there are several. */
  name: string;
  amqpPort: number;
  managementPort: number;
  /** Holds rabbitmq.conf, enabled_plugins, definitions.json, and what the node writes. */
  folder: string;
  logFile: string;
  ready: () => Promise<boolean>;
}
