export { runService, type ServiceCommand, type ServiceDefinition } from './run-service.ts';
export { serviceConfig, type ServiceConfig, type ServiceSchema, wholeNumber } from './service-config.ts';
export { type Environment, InvalidConfig, parseConfig, readConfig } from './parse-config.ts';
export { databasePool } from './database.ts';
export { eventConsumer } from './serve.ts';
export { databaseModule, type DatabaseModuleOptions } from './database-module.ts';
export { prismaOptions } from './prisma-options.ts';
