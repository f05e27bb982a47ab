export { startStack, type Part, type StackOptions } from './stack/start-stack.ts';
export { type ProcessStatus, type Stack, type StackUrls } from './stack/stack.ts';
export { services, type Service } from './stack/services.ts';
