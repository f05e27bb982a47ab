import { type ServiceConfig, serviceConfig } from '@tributary/service-defaults';

export type Config = ServiceConfig;

export const config = { schema: serviceConfig, env: process.env };
