export { runService, type ServiceCommand, type ServiceDefinition } from './run-service.ts';
export { address, urlOf, wholeNumber } from './kinds-of-variables.ts';
export { serviceConfig, type ServiceConfig, type ServiceSchema } from './service-config.ts';
export { type Environment, InvalidConfig, parseConfig, readConfig } from './parse-config.ts';
export { databasePool } from './database.ts';
export { eventConsumer } from './serve.ts';
export { databaseModule, type DatabaseModuleOptions } from './database-module.ts';
export { prismaOptions } from './prisma-options.ts';
